//! How manifest and environment become settings.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::environment::{Environment, given, given_secret};
use super::{Credential, FaultClass, ProjectPin, Settings, SettingsFault, SettingsFaults};
use crate::model::{Endpoint, ProjectId, Region, ServiceTarget};

/// Part of host names after the region (facts page 1.1).
const CLOUD: &str = "myhuaweicloud.com";

/// The one region of the vendor's table with another suffix.
const EUROPE: (&str, &str) = ("eu-west-101", "myhuaweicloud.eu");

/// Resolves a target with what the environment adds.
///
/// # Errors
/// Returns everything that is missing, malformed, contradictory or not trusted.
pub fn resolve(target: &ServiceTarget, environment: &Environment) -> Result<Settings, SettingsFaults> {
    let mut faults = Faults(Vec::new());
    let region = faults.region(target, environment);
    let project = faults.project(target, environment, region.as_ref());
    let credential = faults.credential(environment);
    let endpoints = region.as_ref().and_then(|region| faults.endpoints(region, target, environment));
    match (region, project, credential, endpoints) {
        (Some(region), Some(project), Some(credential), Some((lts, iam))) if faults.0.is_empty() => Ok(Settings {
            region,
            lts,
            iam,
            project,
            domain_pin: target.domain_id.clone(),
            credential,
            edition: target.edition,
        }),
        _ => Err(SettingsFaults(faults.0)),
    }
}

struct Faults(Vec<SettingsFault>);

impl Faults {
    fn add(&mut self, class: FaultClass, message: impl Into<String>, help: impl Into<String>) {
        self.0.push(SettingsFault { class, message: message.into(), help: help.into() });
    }

    fn differ(&mut self, what: &str, manifest: &str, variable: &str, value: &str) {
        self.add(
            FaultClass::Identity,
            format!("the manifest says {what} `{manifest}`, but `{variable}` says {value:?}"),
            format!("unset `{variable}`, or use the credential and settings of `{manifest}`"),
        );
    }

    fn region(&mut self, target: &ServiceTarget, environment: &Environment) -> Option<Region> {
        let told = given(environment.region_name.as_ref());
        match (&target.region, told) {
            (Some(region), Some(told)) if region.as_str() != told => {
                self.differ("region", region.as_str(), "HW_REGION_NAME", told);
                None
            }
            (Some(region), _) => Some(region.clone()),
            (None, Some(told)) => {
                let region = Region::parse(told);
                if region.is_none() {
                    self.add(
                        FaultClass::Other,
                        format!("`HW_REGION_NAME` is {told:?}, which is not a region"),
                        "a region has lower-case letters, digits and `-` only, such as `my-kualalumpur-1`",
                    );
                }
                region
            }
            (None, None) => {
                self.add(
                    FaultClass::Other,
                    "no region is named",
                    "add `region:` to `target:` in the manifest, or set `HW_REGION_NAME`",
                );
                None
            }
        }
    }

    /// Without any word on the project it is the region's default one, which
    /// bears the region's name.
    fn project(
        &mut self,
        target: &ServiceTarget,
        environment: &Environment,
        region: Option<&Region>,
    ) -> Option<ProjectPin> {
        let told_id = given(environment.project_id.as_ref());
        let told_name = given(environment.project_name.as_ref());
        let id = match (&target.project_id, told_id) {
            (Some(id), Some(told)) if id.as_str() != told => {
                self.differ("project", id.as_str(), "HW_PROJECT_ID", told);
                return None;
            }
            (Some(id), _) => Some(id.clone()),
            (None, Some(told)) => match ProjectId::parse(told) {
                Ok(id) => Some(id),
                Err(fault) => {
                    let help = "copy the project id from the console's `My Credentials` page";
                    self.add(FaultClass::Other, format!("`HW_PROJECT_ID` {fault}: {told:?}"), help);
                    return None;
                }
            },
            (None, None) => None,
        };
        let name = match (&target.project_name, told_name) {
            (Some(name), Some(told)) if **name != *told => {
                self.differ("project", name, "HW_PROJECT_NAME", told);
                return None;
            }
            (Some(name), _) => Some(name.clone()),
            (None, told) => told.map(Arc::from),
        };
        match (id, name) {
            (Some(id), Some(name)) => Some(ProjectPin::Both(id, name)),
            (Some(id), None) => Some(ProjectPin::Id(id)),
            (None, Some(name)) => Some(ProjectPin::Name(name)),
            (None, None) => region.map(|region| ProjectPin::Name(Arc::from(region.as_str()))),
        }
    }

    /// An access key goes before a token, and a token before a password.
    fn credential(&mut self, environment: &Environment) -> Option<Credential> {
        let pairs = [
            (
                ("HW_ACCESS_KEY", given(environment.access_key.as_ref())),
                ("HW_SECRET_KEY", given_secret(environment.secret_key.as_ref())),
                ("HW_SECURITY_TOKEN", given_secret(environment.security_token.as_ref())),
            ),
            (
                ("HUAWEICLOUD_SDK_AK", given(environment.sdk_access_key.as_ref())),
                ("HUAWEICLOUD_SDK_SK", given_secret(environment.sdk_secret_key.as_ref())),
                ("HUAWEICLOUD_SDK_SECURITY_TOKEN", given_secret(environment.sdk_security_token.as_ref())),
            ),
        ];
        for ((access_variable, access), (secret_variable, secret), (token_variable, token)) in pairs {
            match (access, secret) {
                (Some(access), Some(secret)) => {
                    let clean = [
                        self.printable(access_variable, access),
                        self.printable(secret_variable, secret.expose_secret()),
                        token.is_none_or(|token| self.printable(token_variable, token.expose_secret())),
                    ];
                    return clean.into_iter().all(|clean| clean).then(|| Credential::AccessKey {
                        access_key: access.to_owned(),
                        secret_key: secret.clone(),
                        security_token: token.cloned(),
                    });
                }
                (Some(_), None) => return self.half(access_variable, secret_variable),
                (None, Some(_)) => return self.half(secret_variable, access_variable),
                (None, None) => {}
            }
        }
        if let Some(token) = given_secret(environment.auth_token.as_ref()) {
            return self.printable("HW_AUTH_TOKEN", token.expose_secret()).then(|| Credential::Token(token.clone()));
        }
        self.password(environment)
    }

    fn password(&mut self, environment: &Environment) -> Option<Credential> {
        let user = given(environment.user_name.as_ref());
        let password: Option<&SecretString> = given_secret(environment.user_password.as_ref());
        let domain = given(environment.domain_name.as_ref());
        match (user, password, domain) {
            (Some(user), Some(password), Some(domain)) => Some(Credential::Password {
                user_name: user.to_owned(),
                password: password.clone(),
                domain_name: domain.to_owned(),
            }),
            // The account's name alone is no attempt to log in.
            (None, None, _) => {
                self.add(
                    FaultClass::Identity,
                    "no credential is in the environment",
                    "set `HW_ACCESS_KEY` and `HW_SECRET_KEY`, or `HW_AUTH_TOKEN`, or `HW_USER_NAME`, `HW_USER_PASSWORD` and `HW_DOMAIN_NAME`",
                );
                None
            }
            (user, password, domain) => {
                let missing: Vec<&str> = [
                    ("HW_USER_NAME", user.is_some()),
                    ("HW_USER_PASSWORD", password.is_some()),
                    ("HW_DOMAIN_NAME", domain.is_some()),
                ]
                .into_iter()
                .filter_map(|(variable, set)| (!set).then_some(variable))
                .collect();
                self.add(
                    FaultClass::Identity,
                    format!("a login with user and password lacks `{}`", missing.join("` and `")),
                    "set `HW_USER_NAME`, `HW_USER_PASSWORD` and `HW_DOMAIN_NAME` together",
                );
                None
            }
        }
    }

    fn half(&mut self, set: &str, missing: &str) -> Option<Credential> {
        self.add(
            FaultClass::Identity,
            format!("`{set}` is set, but `{missing}` is not"),
            format!("set `{missing}` as well, or unset `{set}`"),
        );
        None
    }

    /// A line break at the end of a variable would otherwise show up as a
    /// signature that nobody understands.
    fn printable(&mut self, variable: &str, text: &str) -> bool {
        let clean = text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if !clean {
            self.add(
                FaultClass::Identity,
                format!("`{variable}` holds a space, a line break or another character that no credential has"),
                format!("set `{variable}` again, without what surrounds the credential"),
            );
        }
        clean
    }

    fn endpoints(
        &mut self,
        region: &Region,
        target: &ServiceTarget,
        environment: &Environment,
    ) -> Option<(Endpoint, Endpoint)> {
        let cloud = given(environment.cloud.as_ref()).unwrap_or(match EUROPE {
            (name, suffix) if name == region.as_str() => suffix,
            _ => CLOUD,
        });
        let told = given(environment.auth_url.as_ref());
        let auth = match told.map(|url| Endpoint::parse(without_version(url))) {
            None => None,
            Some(Ok(endpoint)) => Some(endpoint),
            Some(Err(fault)) => {
                self.add(FaultClass::Other, format!("`HW_AUTH_URL` {fault}"), "set it to the origin of IAM");
                return None;
            }
        };
        if let (Some(iam), Some(auth)) = (&target.iam, &auth)
            && iam != auth
        {
            self.differ("IAM endpoint", iam.origin(), "HW_AUTH_URL", auth.origin());
        }
        let lts = self.endpoint("lts", region, cloud, target.lts.as_ref(), environment);
        // The environment may name any IAM: the credential is from there too.
        let iam = match auth {
            Some(auth) => Some(auth),
            None => self.endpoint("iam", region, cloud, target.iam.as_ref(), environment),
        };
        lts.zip(iam)
    }

    fn endpoint(
        &mut self,
        service: &str,
        region: &Region,
        cloud: &str,
        declared: Option<&Endpoint>,
        environment: &Environment,
    ) -> Option<Endpoint> {
        let usual = format!("{service}.{region}.{cloud}");
        let Some(endpoint) = declared else {
            return match Endpoint::parse(&format!("https://{usual}")) {
                Ok(endpoint) if endpoint.host().eq_ignore_ascii_case(&usual) => Some(endpoint),
                _ => {
                    self.add(
                        FaultClass::Other,
                        format!("`HW_CLOUD` is {cloud:?}, which is not the end of a host name"),
                        format!("set it to something like `{CLOUD}`"),
                    );
                    None
                }
            };
        };
        let trusted = endpoint.is_loopback()
            || endpoint.host().eq_ignore_ascii_case(&usual)
            || environment.trusted_endpoints.iter().any(|entry| names_host(entry, endpoint.host()));
        if !trusted {
            self.add(
                FaultClass::Identity,
                format!("the manifest sends the credential to `{}`, which is not `{usual}`", endpoint.host()),
                format!("if that is right, set `LTSCTL_TRUSTED_ENDPOINTS={}` in the environment", endpoint.host()),
            );
        }
        trusted.then(|| endpoint.clone())
    }
}

/// Takes the version off an `HW_AUTH_URL` as Terraform's users write it.
fn without_version(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix("/v3").unwrap_or(url)
}

/// Says whether an entry of the list of trusted hosts, which may also be an
/// origin or have a port, names a host.
fn names_host(entry: &str, host: &str) -> bool {
    let entry = entry.trim();
    match Endpoint::parse(entry).or_else(|_| Endpoint::parse(&format!("https://{entry}"))) {
        Ok(trusted) => trusted.host().eq_ignore_ascii_case(host),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests;
