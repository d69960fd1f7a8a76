//! The account every emulator has, so that it can be used at once.

/// What reaches the emulator's own account; all of it is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `HW_ACCESS_KEY`.
    pub access_key: &'static str,
    /// `HW_SECRET_KEY`.
    pub secret_key: &'static str,
    /// `HW_USER_NAME`.
    pub user_name: &'static str,
    /// `HW_USER_PASSWORD`.
    pub password: &'static str,
    /// The id of the user.
    pub user_id: &'static str,
    /// `HW_DOMAIN_NAME`.
    pub domain_name: &'static str,
    /// `HW_DOMAIN_ID`.
    pub domain_id: &'static str,
    /// `HW_REGION_NAME`.
    pub region: &'static str,
    /// `HW_PROJECT_NAME`; a region's own project is named like the region.
    pub project_name: &'static str,
    /// `HW_PROJECT_ID`.
    pub project_id: &'static str,
}

impl Account {
    /// The account; it is the same in every emulator.
    pub const BUILT_IN: Self = Self {
        access_key: "LTSCTLEMULATOR000001",
        secret_key: "not-a-secret-only-for-the-emulator-00001",
        user_name: "emulator",
        password: "not-a-password",
        user_id: "fedcba9876543210fedcba9876543210",
        domain_name: "emulator",
        domain_id: "0123456789abcdef0123456789abcdef",
        region: "my-kualalumpur-1",
        project_name: "my-kualalumpur-1",
        project_id: "2a473356cca5487f8373be891bffc1cf",
    };
}
