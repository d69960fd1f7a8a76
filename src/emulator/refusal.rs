//! Why a request is refused: status, code and message of both layers.
//!
//! The texts are the document's; clients must not read them, and some do.

use std::borrow::Cow;

/// A refusal of the service or of the gateway before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) layer: Layer,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    /// What exactly was wrong, where the message does not say; shown in the
    /// journal only, because the real service keeps it to itself.
    pub(crate) detail: Option<String>,
}

/// Who refuses; each has its own error body (facts page 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// `{error_code, error_msg}`.
    Service,
    /// `{error_code, error_msg, request_id}`.
    Gateway,
    /// `{error: {code, message, title}}`.
    Identity,
}

impl Refusal {
    fn service(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { layer: Layer::Service, status, code, message: message.into(), detail: None }
    }

    fn gateway(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { layer: Layer::Gateway, status, code, message: message.into(), detail: None }
    }

    fn identity(status: u16, title: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { layer: Layer::Identity, status, code: title, message: message.into(), detail: None }
    }

    /// Returns the same refusal with an explanation for the journal.
    pub(crate) fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    // The service [SEED:2300-2336].

    pub(crate) fn not_json() -> Self {
        Self::service(400, "LTS.0007", "The request body format must be json")
    }

    pub(crate) fn invalid_body(detail: impl Into<String>) -> Self {
        Self::service(400, "LTS.0009", "Failed to validate the request body").because(detail)
    }

    pub(crate) fn invalid_transfer_id() -> Self {
        Self::service(400, "LTS.0009", "The Field transfer id is invalid or missing.")
    }

    pub(crate) fn group_name_taken() -> Self {
        Self::service(400, "LTS.0101", "Failed to create log group, the group name has been existed")
    }

    pub(crate) fn group_quota() -> Self {
        let message = "Failed to create log group, the number of log groups exceeds the quota";
        Self::service(400, "LTS.0104", message)
    }

    pub(crate) fn group_has_transfer() -> Self {
        Self::service(400, "LTS.0105", "Log group is associated by transfer")
    }

    pub(crate) fn group_ttl(max: u32) -> Self {
        let message = format!("The log group TTL day must be integer and between 1 and {max}");
        Self::service(400, "LTS.0106", message)
    }

    pub(crate) fn no_group() -> Self {
        Self::service(400, "LTS.0201", "The log group is not existed")
    }

    pub(crate) fn stream_name_taken() -> Self {
        Self::service(400, "LTS.0205", "The log stream name has been existed")
    }

    pub(crate) fn stream_quota() -> Self {
        let message = "Failed to create log stream, the number of Log streams exceeds the quota";
        Self::service(400, "LTS.0206", message)
    }

    pub(crate) fn stream_has_transfer() -> Self {
        Self::service(400, "LTS.0207", "Log stream is associated by transfer")
    }

    pub(crate) fn stream_already_has_transfer() -> Self {
        Self::service(400, "LTS.0207", "The log stream is associated by transfer")
    }

    pub(crate) fn no_stream() -> Self {
        Self::service(400, "LTS.0208", "The log stream does not existed")
    }

    pub(crate) fn leading_wildcard() -> Self {
        Self::service(400, "LTS.0301", "'*' and '?' not allowed as first character")
    }

    pub(crate) fn no_transfer() -> Self {
        Self::service(400, "LTS.0405", "The log transfer does not existed")
    }

    pub(crate) fn no_bucket(bucket: &str) -> Self {
        Self::service(400, "LTS.0416", format!("obs bucket does not exist: {bucket}"))
    }

    pub(crate) fn bucket_forbidden() -> Self {
        Self::service(403, "LTS.0018", "Current user does not have the permission to operate obs")
    }

    pub(crate) fn query_times() -> Self {
        let message = "end_time must be superior to start_time, and line_num must be between them if it's provided";
        Self::service(400, "LTS.0701", message)
    }

    pub(crate) fn tag_action() -> Self {
        Self::service(400, "LTS.1836", "action is create or delete")
    }

    pub(crate) fn not_listed(field: &str, values: &str) -> Self {
        Self::service(400, "LTS.1901", format!("{field} is not in the list [{values}]"))
    }

    pub(crate) fn invalid_prefix(field: &str) -> Self {
        let message = format!("{field} is invalid, please verify if it's provided as required");
        Self::service(400, "LTS.1902", message)
    }

    pub(crate) fn query_limit() -> Self {
        Self::service(400, "LTS.1903", "limit must be between lower boundary and upper boundary")
    }

    pub(crate) fn transfer_type() -> Self {
        Self::service(400, "LTS.0001", "Invalid log transfer type")
    }

    pub(crate) fn foreign_project() -> Self {
        Self::service(403, "LTS.0001", "Invalid projectId")
    }

    pub(crate) fn no_permission() -> Self {
        Self::service(403, "LTS.0003", "No permission.")
    }

    pub(crate) fn invalid_token() -> Self {
        Self::service(400, "LTS.0003", "Invalid token")
    }

    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        Self::service(500, "LTS.0010", "Internal Server Error").because(detail)
    }

    /// Returns the same code under the wording of the creation of dumps
    /// `[SEED:2103-2134]`.
    pub(crate) fn worded(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    // The gateway (facts page 3.4).

    pub(crate) fn no_operation() -> Self {
        let message = "The API does not exist or has not been published in the environment";
        Self::gateway(404, "APIGW.0101", message)
    }

    pub(crate) fn no_method(method: &str) -> Self {
        Self::gateway(404, "APIGW.0101", format!("The API does not exist: method {method} not found"))
    }

    pub(crate) fn too_large() -> Self {
        Self::gateway(413, "APIGW.0201", "The request body is too large")
    }

    pub(crate) fn unreadable_request() -> Self {
        Self::gateway(400, "APIGW.0201", "Bad request")
    }

    pub(crate) fn backend_timeout() -> Self {
        Self::gateway(504, "APIGW.0201", "Backend timeout.")
    }

    pub(crate) fn unauthenticated(reason: impl AsRef<str>) -> Self {
        let message = format!("Incorrect IAM authentication information: {}", reason.as_ref());
        Self::gateway(401, "APIGW.0301", message)
    }

    pub(crate) fn dead_token() -> Self {
        Self::gateway(401, "APIGW.0307", "The token must be updated.")
    }

    // IAM (facts page 2.1).

    pub(crate) fn identity_bad_request(detail: impl Into<String>) -> Self {
        Self::identity(400, "Bad Request", "The request body is invalid").because(detail)
    }

    pub(crate) fn identity_unauthorized(message: &'static str) -> Self {
        Self::identity(401, "Unauthorized", message)
    }

    pub(crate) fn identity_not_found() -> Self {
        Self::identity(404, "Not Found", "Could not find the requested resource.")
    }

    pub(crate) fn identity_forbidden(message: &'static str) -> Self {
        Self::identity(403, "Forbidden", message)
    }
}
