use super::*;
use Certainty::{NotExecuted, Unknown};

fn check(cases: &[(Operation, u16, Option<&str>, ErrorClass, Certainty)]) {
    for (operation, status, code, class, certainty) in cases {
        assert_eq!(classify(*operation, *status, *code), (*class, *certainty), "{operation:?} {status} {code:?}");
    }
}

#[test]
fn s36_the_code_wins_over_the_status() {
    check(&[
        (Operation::CreateGroup, 404, Some("LTS.0010"), ErrorClass::Server, Unknown),
        (Operation::CreateGroup, 400, Some("LTS.0010"), ErrorClass::Server, Unknown),
        (Operation::CreateGroup, 200, Some("LTS.0010"), ErrorClass::Server, Unknown),
        (Operation::CreateGroup, 500, Some("LTS.0101"), ErrorClass::AlreadyExists, NotExecuted),
        (Operation::DeleteStream, 400, Some("LTS.0201"), ErrorClass::NotFound, NotExecuted),
        (Operation::DeleteGroup, 404, Some("LTS.0201"), ErrorClass::NotFound, NotExecuted),
        (Operation::ListGroups, 200, Some("APIGW.0308"), ErrorClass::Throttled, NotExecuted),
        (Operation::ListGroups, 400, Some("LTS.0003"), ErrorClass::Authentication, NotExecuted),
        (Operation::ListGroups, 403, Some("LTS.0003"), ErrorClass::Permission, NotExecuted),
    ]);
}

#[test]
fn one_code_means_different_things_to_different_operations() {
    check(&[
        (Operation::DeleteStream, 400, Some("LTS.0207"), ErrorClass::Dependent, NotExecuted),
        (Operation::DeleteGroup, 500, Some("LTS.0207"), ErrorClass::Dependent, NotExecuted),
        (Operation::CreateTransfer, 500, Some("LTS.0207"), ErrorClass::AlreadyExists, NotExecuted),
        (Operation::CreateDump, 200, Some("LTS.0207"), ErrorClass::AlreadyExists, NotExecuted),
        (Operation::ListTransfers, 400, Some("LTS.0001"), ErrorClass::Invalid, NotExecuted),
        (Operation::ListGroups, 403, Some("LTS.0001"), ErrorClass::Identity, NotExecuted),
        (Operation::ListGroups, 404, Some("APIGW.0101"), ErrorClass::WrongEndpoint, NotExecuted),
        (Operation::UpdateGroup, 404, Some("APIGW.0101"), ErrorClass::Unsupported, NotExecuted),
        (Operation::ListTransfers, 404, Some("APIG.0101"), ErrorClass::Unsupported, NotExecuted),
        (Operation::CreateDump, 200, Some("LTS.0416"), ErrorClass::Invalid, NotExecuted),
    ]);
}

#[test]
fn an_unknown_code_falls_back_to_the_status() {
    check(&[
        (Operation::CreateGroup, 400, Some("LTS.9999"), ErrorClass::Invalid, NotExecuted),
        (Operation::CreateGroup, 200, Some("LTS.9999"), ErrorClass::Other, Unknown),
        (Operation::CreateGroup, 503, Some("AS.0001"), ErrorClass::Server, Unknown),
        (Operation::ListGroups, 401, Some("LTS.0403"), ErrorClass::Authentication, NotExecuted),
        (Operation::CreateGroup, 418, None, ErrorClass::Other, NotExecuted),
    ]);
}

#[test]
fn statuses_speak_where_there_is_no_code() {
    check(&[
        (Operation::DeleteGroup, 404, None, ErrorClass::NotFound, NotExecuted),
        (Operation::CreateGroup, 404, None, ErrorClass::WrongEndpoint, NotExecuted),
        (Operation::ListGroups, 307, None, ErrorClass::WrongEndpoint, NotExecuted),
        (Operation::CreateGroup, 429, None, ErrorClass::Throttled, NotExecuted),
        (Operation::CreateGroup, 502, None, ErrorClass::Server, Unknown),
        (Operation::CreateGroup, 408, None, ErrorClass::Server, Unknown),
        (Operation::FetchToken, 401, Some("401"), ErrorClass::Authentication, NotExecuted),
    ]);
}
