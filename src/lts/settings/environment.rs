//! What the environment says, under the vendor's names (contract section 4).

use secrecy::{ExposeSecret as _, SecretString};

/// The variables that matter for a connection. An empty variable counts as one
/// that is not set. `Debug` shows no secret.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `HW_ACCESS_KEY`
    pub access_key: Option<String>,
    /// `HW_SECRET_KEY`
    pub secret_key: Option<SecretString>,
    /// `HW_SECURITY_TOKEN`
    pub security_token: Option<SecretString>,
    /// `HUAWEICLOUD_SDK_AK`
    pub sdk_access_key: Option<String>,
    /// `HUAWEICLOUD_SDK_SK`
    pub sdk_secret_key: Option<SecretString>,
    /// `HUAWEICLOUD_SDK_SECURITY_TOKEN`
    pub sdk_security_token: Option<SecretString>,
    /// `HW_AUTH_TOKEN`
    pub auth_token: Option<SecretString>,
    /// `HW_USER_NAME`
    pub user_name: Option<String>,
    /// `HW_USER_PASSWORD`
    pub user_password: Option<SecretString>,
    /// `HW_DOMAIN_NAME`
    pub domain_name: Option<String>,
    /// `HW_REGION_NAME`
    pub region_name: Option<String>,
    /// `HW_PROJECT_ID`
    pub project_id: Option<String>,
    /// `HW_PROJECT_NAME`
    pub project_name: Option<String>,
    /// `HW_CLOUD`, the part of host names after the region.
    pub cloud: Option<String>,
    /// `HW_AUTH_URL`, the origin of IAM; a trailing `/v3` is taken off.
    pub auth_url: Option<String>,
    /// `LTSCTL_TRUSTED_ENDPOINTS`, hosts that a manifest may name.
    pub trusted_endpoints: Vec<String>,
}

/// Returns a variable that is set and not empty.
pub(super) fn given(variable: Option<&String>) -> Option<&str> {
    variable.map(String::as_str).filter(|text| !text.is_empty())
}

/// Returns a secret variable that is set and not empty.
pub(super) fn given_secret(variable: Option<&SecretString>) -> Option<&SecretString> {
    variable.filter(|secret| !secret.expose_secret().is_empty())
}
