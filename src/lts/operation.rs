//! The operations of the API, by name and by what repeating one would do.

use std::fmt;

/// One operation of the API: a row of facts page section 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `POST {iam}/v3/auth/tokens`
    FetchToken,
    /// `GET {iam}/v3/projects`
    ListProjects,
    /// `POST /v2/{p}/groups`
    CreateGroup,
    /// `GET /v2/{p}/groups`
    ListGroups,
    /// `POST /v2/{p}/groups/{g}`
    UpdateGroup,
    /// `DELETE /v2/{p}/groups/{g}`
    DeleteGroup,
    /// `POST /v2/{p}/groups/{g}/streams`
    CreateStream,
    /// `GET /v2/{p}/groups/{g}/streams`
    ListStreams,
    /// `GET /v2/{p}/log-streams`
    ListAllStreams,
    /// `PUT /v2/{p}/groups/{g}/streams-ttl/{s}`
    UpdateStream,
    /// `DELETE /v2/{p}/groups/{g}/streams/{s}`
    DeleteStream,
    /// `POST /v2/{p}/groups/{g}/streams/{s}/content/query`
    QueryLogs,
    /// `POST /v2/{p}/log-dump/obs`
    CreateDump,
    /// `POST /v2/{p}/transfers`
    CreateTransfer,
    /// `GET /v2/{p}/transfers`
    ListTransfers,
    /// `PUT /v2/{p}/transfers`
    UpdateTransfer,
    /// `DELETE /v2/{p}/transfers?log_transfer_id=`
    DeleteTransfer,
    /// `POST /v1/{p}/{groups or topics}/{id}/tags/action` with `create`
    AddTags,
    /// `POST /v1/{p}/{groups or topics}/{id}/tags/action` with `delete`
    RemoveTags,
}

/// What an operation does to the service, which decides what may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperationKind {
    /// Changes nothing; may be repeated freely.
    Read,
    /// Makes an object; without an idempotency token a repetition may make a
    /// second one.
    Create,
    /// Sets full values.
    Update,
    /// Removes an object.
    Delete,
}

impl OperationKind {
    /// Says whether the operation changes the service.
    #[must_use]
    pub fn is_write(self) -> bool {
        !matches!(self, Self::Read)
    }
}

impl Operation {
    /// Returns what the operation does to the service.
    #[must_use]
    pub fn kind(self) -> OperationKind {
        match self {
            Self::FetchToken
            | Self::ListProjects
            | Self::ListGroups
            | Self::ListStreams
            | Self::ListAllStreams
            | Self::QueryLogs
            | Self::ListTransfers => OperationKind::Read,
            Self::CreateGroup | Self::CreateStream | Self::CreateDump | Self::CreateTransfer => OperationKind::Create,
            Self::UpdateGroup | Self::UpdateStream | Self::UpdateTransfer | Self::AddTags | Self::RemoveTags => {
                OperationKind::Update
            }
            Self::DeleteGroup | Self::DeleteStream | Self::DeleteTransfer => OperationKind::Delete,
        }
    }

    /// Says whether the operation is IAM's; all others are LTS's.
    #[must_use]
    pub fn is_identity(self) -> bool {
        matches!(self, Self::FetchToken | Self::ListProjects)
    }

    /// Returns the IAM action that allows the operation (facts page 6.8), where
    /// it is known.
    #[must_use]
    pub fn iam_action(self) -> Option<&'static str> {
        Some(match self {
            Self::CreateGroup => "lts:groups:create",
            Self::ListGroups => "lts:groups:list",
            Self::UpdateGroup => "lts:groups:put",
            Self::DeleteGroup => "lts:groups:delete",
            Self::CreateStream => "lts:topics:create",
            Self::ListStreams | Self::ListAllStreams => "lts:topics:list",
            Self::UpdateStream => "lts:topics:put",
            Self::DeleteStream => "lts:topics:delete",
            Self::CreateDump | Self::CreateTransfer => "lts:transfers:create",
            Self::ListTransfers => "lts:transfers:list",
            Self::UpdateTransfer => "lts:transfers:put",
            Self::DeleteTransfer => "lts:transfers:delete",
            Self::AddTags | Self::RemoveTags => "lts:resourceTags:put",
            Self::FetchToken | Self::ListProjects | Self::QueryLogs => return None,
        })
    }

    /// Returns the operation in words that fit after `could not`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FetchToken => "get a token",
            Self::ListProjects => "look up the project",
            Self::CreateGroup => "create the log group",
            Self::ListGroups => "list log groups",
            Self::UpdateGroup => "update the log group",
            Self::DeleteGroup => "delete the log group",
            Self::CreateStream => "create the log stream",
            Self::ListStreams => "list the log streams of a group",
            Self::ListAllStreams => "list the log streams of the project",
            Self::UpdateStream => "update the log stream",
            Self::DeleteStream => "delete the log stream",
            Self::QueryLogs => "query logs",
            Self::CreateDump => "create the OBS dump",
            Self::CreateTransfer => "create the transfer",
            Self::ListTransfers => "list transfers",
            Self::UpdateTransfer => "update the transfer",
            Self::DeleteTransfer => "delete the transfer",
            Self::AddTags => "add tags",
            Self::RemoveTags => "remove tags",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
