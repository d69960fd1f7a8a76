//! Whether a snapshot is of the project that is meant.

use super::taken::Snapshot;
use crate::model::{Ability, DomainId, Edition, Endpoint, ProjectId, Region};

/// What is known of the project that is meant. What is not said agrees with
/// everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Region.
    pub region: Option<Region>,
    /// Project by id.
    pub project_id: Option<ProjectId>,
    /// Project by name.
    pub project_name: Option<String>,
    /// Account.
    pub domain_id: Option<DomainId>,
    /// Origin of LTS.
    pub endpoint: Option<Endpoint>,
    /// Edition of the API.
    pub edition: Edition,
}

impl Snapshot {
    /// Says in what a snapshot differs from the project that is meant, if it
    /// does: what, what is meant, and what the snapshot says. What is demanded
    /// and not known of the snapshot differs.
    #[must_use]
    pub fn find_mismatch(&self, expected: &Expected) -> Option<(&'static str, String, String)> {
        let Expected { region, project_id, project_name, domain_id, endpoint, edition } = expected;
        let target = &self.target;
        let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "not known".to_owned());
        let pairs = [
            ("region", region.as_ref().map(ToString::to_string), target.region.clone()),
            ("project", project_id.as_ref().map(ToString::to_string), target.project_id.clone()),
            ("project name", project_name.clone(), told(&target.project_name)),
            ("account", domain_id.as_ref().map(ToString::to_string), told(&target.domain_id)),
            ("endpoint", endpoint.as_ref().map(|endpoint| endpoint.origin().to_owned()), target.endpoint.clone()),
            ("edition of the API", wanted_edition(*edition), self.edition().to_owned()),
        ];
        pairs.into_iter().find_map(|(what, meant, found)| {
            let meant = meant?;
            (meant != found).then_some((what, meant, found))
        })
    }

    /// Returns the edition that was found: the list of transfers tells.
    fn edition(&self) -> &'static str {
        let edition = match self.capabilities.transfers {
            Ability::Missing if self.target.api != Edition::Modern.as_str() => Edition::Seed2022,
            _ => Edition::Modern,
        };
        edition.as_str()
    }
}

fn wanted_edition(edition: Edition) -> Option<String> {
    (edition != Edition::Auto).then(|| edition.as_str().to_owned())
}
