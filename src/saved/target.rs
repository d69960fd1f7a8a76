//! Where a plan applies.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::model::{DomainId, Edition, EmulatorTarget, Endpoint, Profile, ProjectId, Region, ServiceTarget, Target};

/// Where a plan applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TargetDocument {
    /// Name by which changes refer to it: `region/project_id`.
    pub name: String,
    /// Region.
    pub region: String,
    /// Project.
    pub project_id: String,
    /// Name of the project, if it is known.
    pub project_name: Option<String>,
    /// Account, if it is known.
    pub domain_id: Option<String>,
    /// Origin of LTS, or `emulator` for the embedded service.
    pub endpoint: String,
    /// Origin of IAM; null for the embedded service.
    pub iam_endpoint: Option<String>,
    /// Edition that is expected: `auto`, `modern` or `seed-2022`.
    pub api: String,
    /// The embedded service, if that is the target.
    pub emulator: Option<EmulatorDocument>,
}

/// The embedded service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmulatorDocument {
    /// `modern`, `seed-2022` or `no-update`.
    pub profile: String,
    /// Folder of its data, as the planning run found it.
    pub data: String,
}

/// The parts of a target that say which project is meant. Not among them: what
/// it is called, and where the embedded service keeps its data.
#[derive(Serialize)]
pub(super) struct TargetScope<'a> {
    region: &'a str,
    project_id: &'a str,
    domain_id: &'a Option<String>,
    endpoint: &'a str,
    iam_endpoint: &'a Option<String>,
}

impl TargetDocument {
    pub(super) fn scope(&self) -> TargetScope<'_> {
        let Self { region, project_id, domain_id, endpoint, iam_endpoint, .. } = self;
        TargetScope { region, project_id, domain_id, endpoint, iam_endpoint }
    }

    /// Returns the target to connect to, with everything that is known of it as
    /// a demand.
    ///
    /// # Errors
    /// Returns what in it is malformed.
    pub fn pin(&self) -> Result<Target, Fault> {
        let edition =
            Edition::parse(&self.api).ok_or_else(|| Fault::value("target.api", &self.api, "an edition of the API"))?;
        if let Some(emulator) = &self.emulator {
            let profile = Profile::parse(&emulator.profile)
                .ok_or_else(|| Fault::value("target.emulator.profile", &emulator.profile, "a profile"))?;
            return Ok(Target::Emulator(EmulatorTarget { profile, edition, data: PathBuf::from(&emulator.data) }));
        }
        let endpoint = |place, text: &str| {
            Endpoint::parse(text).map_err(|_| Fault::value(place, text, "an origin that may be used"))
        };
        let iam = self.iam_endpoint.as_deref().map(|text| endpoint("target.iam_endpoint", text)).transpose()?;
        Ok(Target::Service(ServiceTarget {
            region: Some(
                Region::parse(&self.region).ok_or_else(|| Fault::value("target.region", &self.region, "a region"))?,
            ),
            project_id: Some(
                ProjectId::parse(&self.project_id)
                    .map_err(|_| Fault::value("target.project_id", &self.project_id, "a project id"))?,
            ),
            project_name: None,
            domain_id: match &self.domain_id {
                Some(id) => Some(
                    DomainId::parse(id).map_err(|_| Fault::value("target.domain_id", id, "the id of an account"))?,
                ),
                None => None,
            },
            edition,
            lts: Some(endpoint("target.endpoint", &self.endpoint)?),
            iam,
        }))
    }
}
