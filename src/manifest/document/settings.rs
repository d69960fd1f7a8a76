//! The target, the defaults and the policy of one file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::sink::{Said, Spot};
use super::super::yaml::Node;
use super::pick::{inner_path, integer, said, said_there, text, value};
use crate::model::{
    Days, DeleteBudget, DomainId, Edition, EmulatorTarget, Endpoint, Policy, Profile, ProjectId, Prune, Quotas, Region,
    ServiceTarget, Target,
};

/// Folder of the embedded service's data without a `data` key.
const DEFAULT_DATA: &str = ".ltsctl/emulator";

/// The `target` section: what is said of either kind, until it is known that
/// only one is meant.
#[derive(Debug, Clone)]
pub(in super::super) struct TargetSaid {
    pub(in super::super) service: ServiceTarget,
    pub(in super::super) emulator: Option<Said<EmulatorTarget>>,
    /// First key that names a place of the real service.
    pub(in super::super) first_service_key: Option<Said<&'static str>>,
    pub(in super::super) project_id: Option<Spot>,
    pub(in super::super) project_name: Option<Spot>,
}

impl TargetSaid {
    /// Returns the target that is meant, if only one kind is.
    pub(in super::super) fn meant(&self) -> Target {
        match &self.emulator {
            None => Target::Service(self.service.clone()),
            Some(emulator) => Target::Emulator(emulator.value.clone()),
        }
    }
}

/// The `defaults` section.
#[derive(Debug, Clone)]
pub(in super::super) struct DefaultsSaid {
    pub(in super::super) ttl: Option<Said<Days>>,
}

/// The `policy` section.
#[derive(Debug, Clone)]
pub(in super::super) struct PolicySaid {
    pub(in super::super) policy: Policy,
    pub(in super::super) max_group_ttl: Option<Spot>,
    pub(in super::super) prune: Option<Spot>,
}

pub(super) fn target(node: &Node<'_>, folder: &Path) -> TargetSaid {
    let edition = value(node, "api", |node| Edition::parse(text(node)?)).unwrap_or_default();
    let endpoint = |key| value(node, "endpoints", |node| value(node, key, |node| Endpoint::parse(text(node)?).ok()));
    let service = ServiceTarget {
        region: value(node, "region", |node| Region::parse(text(node)?)),
        project_id: value(node, "project_id", |node| ProjectId::parse(text(node)?).ok()),
        project_name: value(node, "project_name", |node| text(node).map(Arc::from)),
        domain_id: value(node, "domain_id", |node| DomainId::parse(text(node)?).ok()),
        edition,
        lts: endpoint("lts"),
        iam: endpoint("iam"),
    };
    let emulator = said(node, "emulator", |node| {
        let data: Option<PathBuf> = value(node, "data", |node| text(node).map(|path| inner_path(folder, path)));
        Some(EmulatorTarget {
            profile: value(node, "profile", |node| Profile::parse(text(node)?)).unwrap_or_default(),
            edition,
            data: data.unwrap_or_else(|| inner_path(folder, DEFAULT_DATA)),
        })
    });
    let service_keys = ["region", "project_id", "project_name", "domain_id", "endpoints"];
    TargetSaid {
        service,
        emulator,
        first_service_key: service_keys.into_iter().find_map(|key| said(node, key, |_| Some(key))),
        project_id: node.get("project_id").map(|entry| entry.key_spot),
        project_name: node.get("project_name").map(|entry| entry.key_spot),
    }
}

pub(super) fn defaults(node: &Node<'_>) -> DefaultsSaid {
    DefaultsSaid { ttl: said_there(node, "ttl_in_days", |node| Days::declare(integer(node)?).ok()) }
}

pub(super) fn policy(node: &Node<'_>) -> PolicySaid {
    let budget = DeleteBudget::default();
    let quotas = Quotas::default();
    let nested = |section, key| value(node, section, |node| value(node, key, whole));
    let policy = Policy {
        prune: match value(node, "prune", |node| text(node).map(|word| word == "owned")) {
            Some(true) => Prune::Owned,
            _ => Prune::None,
        },
        max_deletes: DeleteBudget {
            count: nested("max_deletes", "count").unwrap_or(budget.count),
            percent: nested("max_deletes", "percent").unwrap_or(budget.percent),
        },
        quotas: Quotas {
            groups: nested("quotas", "groups").unwrap_or(quotas.groups),
            streams: nested("quotas", "streams").unwrap_or(quotas.streams),
        },
        max_group_ttl: value(node, "max_group_ttl", whole),
    };
    let spot = |key| node.get(key).map(|entry| entry.node.spot);
    PolicySaid { policy, max_group_ttl: spot("max_group_ttl"), prune: spot("prune") }
}

fn whole(node: &Node<'_>) -> Option<u32> {
    integer(node).and_then(|number| u32::try_from(number).ok())
}
