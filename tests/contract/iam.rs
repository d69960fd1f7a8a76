//! IAM: tokens, projects, accounts.

use serde_json::{Value, json};

use crate::support::{ALL, Answer, Ask, PROJECT, World, everywhere};

/// The request of the document `[SEED:213-259]`, for the built-in account.
pub(crate) fn login() -> Value {
    json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": {
            "name": "emulator", "password": "not-a-password", "domain": { "name": "emulator" },
        } } },
        "scope": { "project": { "name": "my-kualalumpur-1" } },
    } })
}

async fn post(world: &World, body: Value) -> Answer {
    world.send(Ask::new("POST", "/v3/auth/tokens", Some(body))).await
}

/// Expects Keystone's shape: an integer code below `error`.
#[track_caller]
fn refused(answer: &Answer, status: u16, title: &str) {
    let error = &answer.expect(status)["error"];
    assert_eq!((&error["code"], &error["title"]), (&json!(status), &json!(title)), "{error}");
    assert_eq!(answer.headers.get("x-iam-trace-id").map(String::len), Some(32), "{answer:?}");
}

#[tokio::test]
async fn a_token_comes_with_201_in_a_header_seed_341_368() {
    everywhere(ALL, async |world| {
        let answer = post(world, login()).await;
        let token = &answer.expect(201)["token"];
        assert!(answer.headers["x-subject-token"].len() > 32);
        assert_eq!(token["expires_at"], "2026-01-03T03:04:05.000000Z");
        assert_eq!(token["issued_at"], "2026-01-02T03:04:05.000000Z");
        assert_eq!(token["methods"], json!(["password"]));
        let domain = json!({ "id": "0123456789abcdef0123456789abcdef", "name": "emulator" });
        assert_eq!(token["project"], json!({ "domain": domain, "id": PROJECT, "name": "my-kualalumpur-1" }));
        assert_eq!((&token["user"]["name"], &token["user"]["domain"]), (&json!("emulator"), &domain));
        assert_eq!(token["catalog"].as_array().unwrap().len(), 2);
        let bare = world.send(Ask::new("POST", "/v3/auth/tokens?nocatalog=true", Some(login()))).await.expect(201);
        assert_eq!(bare["token"]["catalog"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn scope_goes_by_name_or_id_and_user_by_id_facts_2_1() {
    everywhere(ALL, async |world| {
        let mut by_id = login();
        by_id["auth"]["scope"]["project"] = json!({ "id": PROJECT });
        by_id["auth"]["identity"]["password"]["user"] =
            json!({ "id": "fedcba9876543210fedcba9876543210", "password": "not-a-password" });
        assert_eq!(post(world, by_id).await.expect(201)["token"]["project"]["id"], PROJECT);
    })
    .await;
}

#[tokio::test]
async fn a_token_without_a_project_does_not_reach_lts_seed_277_facts_2_1() {
    everywhere(ALL, async |world| {
        let mut body = login();
        body["auth"]["scope"] = json!({ "domain": { "name": "emulator" } });
        let answer = post(world, body).await;
        assert_eq!(answer.expect(201)["token"].get("project"), None);
        let ask = Ask::new("GET", &format!("/v2/{PROJECT}/groups"), None)
            .with("x-auth-token", &answer.headers["x-subject-token"]);
        world.send(ask).await.refused(403, "LTS.0001", "Invalid projectId");
    })
    .await;
}

#[tokio::test]
async fn refusals_have_keystone_s_shape_facts_2_1() {
    everywhere(ALL, async |world| {
        let user = "/auth/identity/password/user";
        let set = |pointer: &str, value: Value| {
            let mut body = login();
            *body.pointer_mut(pointer).unwrap() = value;
            body
        };
        for (pointer, value) in [
            (format!("{user}/password"), json!("wrong")),
            (format!("{user}/name"), json!("stranger")),
            (format!("{user}/domain/name"), json!("elsewhere")),
            ("/auth/scope/project/name".to_owned(), json!("mars-1")),
        ] {
            refused(&post(world, set(&pointer, value)).await, 401, "Unauthorized");
        }
        let wrong = post(world, set(&format!("{user}/password"), json!("wrong"))).await;
        assert_eq!(wrong.json()["error"]["message"], "The username or password is wrong.");
        for body in [json!({}), json!([]), set("/auth/identity/methods", json!([])), set(user, json!({}))] {
            refused(&post(world, body).await, 400, "Bad Request");
        }
        let mut broken = Ask::new("POST", "/v3/auth/tokens", None);
        broken.body = b"{".to_vec();
        refused(&world.send(broken).await, 400, "Bad Request");
        let ask = Ask::new("GET", "/v3/projects", None).with("x-auth-token", "garbage");
        refused(&world.send(ask).await, 401, "Unauthorized");
        let nobody = world.send(Ask::new("GET", "/v3/projects", None)).await;
        nobody.turned_away_by_iam();
    })
    .await;
}

impl Answer {
    #[track_caller]
    fn turned_away_by_iam(&self) {
        let body = self.expect(401);
        assert_eq!(body["error_code"], "APIGW.0301", "{body}");
        assert_eq!(body["request_id"], self.headers["x-iam-trace-id"].as_str());
    }
}

#[tokio::test]
async fn projects_are_found_by_exact_name_facts_1_2() {
    everywhere(ALL, async |world| {
        let projects = json!([
            { "name": "my-kualalumpur-1_sub", "id": "22222222222222222222222222222222" },
            { "name": "off-region-1", "id": "33333333333333333333333333333333", "enabled": false },
        ]);
        world.admin("POST", "accounts", json!({ "name": "emulator", "projects": projects })).await;
        world.admin("POST", "accounts", json!({ "name": "other", "projects": [{ "name": "my-kualalumpur-1" }] })).await;
        let names = async |query: &str| -> Vec<String> {
            let body = world.ask("GET", &format!("/v3/projects{query}"), None).await.expect(200);
            let list = body["projects"].as_array().unwrap();
            list.iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = ["my-kualalumpur-1_sub", "my-kualalumpur-1", "off-region-1"];
        assert_eq!(names("").await, all, "of the own account only");
        assert_eq!(names("?name=my-kualalumpur-1").await, ["my-kualalumpur-1"]);
        assert_eq!(names("?name=my-kuala").await, [""; 0]);
        assert_eq!(names("?enabled=true").await, all[..2]);
        assert_eq!(names("?domain_id=ffff").await, [""; 0]);
        assert_eq!(names("?page=2&per_page=2").await, all[2..]);
        refused(&world.ask("GET", "/v3/projects?page=1", None).await, 400, "Bad Request");
        let body = world.ask("GET", "/v3/projects?name=my-kualalumpur-1_sub", None).await.expect(200);
        let expected = json!({
            "id": "22222222222222222222222222222222", "name": "my-kualalumpur-1_sub", "description": "",
            "domain_id": "0123456789abcdef0123456789abcdef", "parent_id": PROJECT, "enabled": true, "is_domain": false,
            "links": { "self": "http://localhost/v3/projects/22222222222222222222222222222222" },
        });
        assert_eq!(body["projects"], json!([expected]));
        let one = world.ask("GET", &format!("/v3/projects/{PROJECT}"), None).await.expect(200);
        assert_eq!(one["project"]["name"], "my-kualalumpur-1");
        refused(&world.ask("GET", "/v3/projects/unknown", None).await, 404, "Not Found");
    })
    .await;
}

#[tokio::test]
async fn the_own_account_can_be_asked_for_facts_1_2() {
    everywhere(ALL, async |world| {
        let token = post(world, login()).await.headers["x-subject-token"].clone();
        let by_key = world.ask("GET", "/v3/auth/domains", None).await.expect(200);
        let by_token =
            world.send(Ask::new("GET", "/v3/auth/domains", None).with("x-auth-token", &token)).await.expect(200);
        assert_eq!(by_key, by_token);
        assert_eq!(by_key["domains"][0]["id"], "0123456789abcdef0123456789abcdef");
        assert_eq!(by_key["domains"][0]["name"], "emulator");
    })
    .await;
}
