//! One page that needs nothing else: no script, no font, no picture from
//! anywhere, and no network.

use super::picture::{Picture, draw};
use super::sink::{Sink, escape_markup};
use super::value::{Entry, Line, Mark, Report, TargetReport};

/// The page must not load or run anything, whatever stands in it.
const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

const STYLE: &str = include_str!("page.css");

/// Renders a report as a page.
#[must_use]
pub fn render_html(report: &Report) -> String {
    let mut out = Sink::new(escape_markup);
    out.literal(HEAD).literal("<title>ltsctl ").literal(report.kind.as_str());
    for target in &report.targets {
        out.literal(" · ").text(&target.target);
    }
    out.literal("</title>\n<style>\n").literal(STYLE).literal("</style>\n</head>\n<body>\n<main>\n");
    out.literal("<h1>ltsctl ").literal(report.kind.as_str()).literal("</h1>\n<p class=\"meta\">");
    out.text(&format!("{:.0}", report.at)).literal(" · exit code ").number(report.exit_code).literal("</p>\n");
    let mut number = 0;
    for target in &report.targets {
        section(&mut out, target, number);
        number += target.entries.len();
    }
    out.literal("</main>\n</body>\n</html>\n");
    out.finish()
}

fn section(out: &mut Sink, target: &TargetReport, first: usize) {
    out.literal("<section>\n");
    if !target.target.is_empty() {
        out.literal("<h2>").text(&target.target).literal("</h2>\n");
    }
    out.literal("<p class=\"headline\">").text(&target.headline).literal("</p>\n");
    if let Some((message, help)) = &target.failure {
        // What a refusal lists is joined by semicolons; one beneath the other it can be read.
        out.literal("<div class=\"failure\" role=\"alert\">\n");
        for part in message.split_inclusive("; ") {
            out.literal("<p>").text(part.trim_end()).literal("</p>\n");
        }
        out.literal("</div>\n");
        if let Some(help) = help {
            out.literal("<p>Way out: ").text(help).literal("</p>\n");
        }
    }
    out.literal("<ul class=\"counts\">");
    for (name, count) in target.counts.iter().filter(|(_, count)| *count > 0) {
        out.literal("<li><b>").number(*count).literal("</b> ").text(&name.replace('_', " ")).literal("</li>");
    }
    out.literal("</ul>\n");
    if !target.permissions.is_empty() {
        out.literal("<p class=\"needs\">An apply needs <code>--allow ").text(&target.permissions.join(","));
        out.literal("</code></p>\n");
    }
    for warning in &target.warnings {
        out.literal("<p class=\"warning\">").text(warning).literal("</p>\n");
    }
    order(out, target, first);
    let mut indices: Vec<usize> = (0..target.entries.len()).collect();
    // Of a run, what went wrong comes before all that went well.
    let done = |entry: &Entry| entry.outcome.as_ref().is_none_or(|(word, _)| *word == "done");
    indices.sort_by_key(|index| target.entries.get(*index).map(|entry| (done(entry), entry.weight)));
    if !indices.is_empty() {
        out.literal("<h3>Details</h3>\n");
    }
    for index in indices {
        if let Some(entry) = target.entries.get(index) {
            article(out, first + index, entry);
        }
    }
    if let Some(digest) = &target.digest {
        out.literal("<p class=\"meta\">Digest <code>").text(digest).literal("</code></p>\n");
    }
    out.literal("</section>\n");
}

/// The picture, or why there is none.
fn order(out: &mut Sink, target: &TargetReport, first: usize) {
    let picture = draw(target, first);
    if matches!(picture, Picture::Nothing) {
        return;
    }
    let number = first as i128;
    out.literal("<h3 id=\"order-").number(number).literal("\">Order</h3>\n<p class=\"meta\">");
    let drawn = match picture {
        Picture::Nothing => return,
        Picture::Whole(drawn) => {
            out.literal("What comes first stands left. Each box leads to its change.</p>\n");
            drawn
        }
        Picture::Merged(drawn, changes) => {
            out.number(changes as i128).literal(" changes are too many for a box each: what happens alike in a group ");
            out.literal("is one. What comes first stands left. Each box leads to the first of its changes.</p>\n");
            drawn
        }
        Picture::TooMuch(changes) => {
            out.number(changes as i128).literal(" changes in as many groups as here are too many for a picture. They ");
            out.literal("are all listed below.</p>\n");
            return;
        }
    };
    out.literal("<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-labelledby=\"order-").number(number);
    out.literal("\">\n").part(drawn).literal("</div>\n");
}

fn article(out: &mut Sink, number: usize, entry: &Entry) {
    out.literal("<article id=\"e").number(number as i128).literal("\" class=\"").literal(entry.mark.as_str());
    out.literal("\">\n<h4><span class=\"mark\">").text(entry.mark.symbol()).literal(" ").text(entry.mark.as_str());
    out.literal("</span> <code>").text(&entry.address).literal("</code>");
    if let Some((word, _)) = &entry.outcome {
        out.literal(" <span class=\"outcome\">").text(word).literal("</span>");
    }
    if let Some(seen) = &entry.seen {
        out.literal(" <span class=\"outcome\">").text(seen.state).literal(", first seen ");
        out.text(&format!("{:.0}", seen.since)).literal("</span>");
    }
    out.literal("</h4>\n");
    let fields: Vec<&Line> = entry.lines.iter().filter(|line| matches!(line, Line::Field { .. })).collect();
    if !fields.is_empty() {
        let (one, two) = match entry.mark {
            Mark::Drifted | Mark::Accepted => ("live", "declared"),
            _ => ("before", "after"),
        };
        out.literal("<table><thead><tr><th scope=\"col\">field</th><th scope=\"col\">").literal(one);
        out.literal("</th><th scope=\"col\">").literal(two).literal("</th></tr></thead><tbody>\n");
        for line in fields {
            if let Line::Field { name, before, after } = line {
                out.literal("<tr><th scope=\"row\">").text(name).literal("</th>");
                cell(out, "<td class=\"before\">", before);
                cell(out, "<td class=\"after\">", after);
                out.literal("</tr>\n");
            }
        }
        out.literal("</tbody></table>\n");
    }
    for line in &entry.lines {
        if let Line::Text { label, text } = line {
            out.literal("<p><b>").text(label).literal(":</b> ").text(text).literal("</p>\n");
        }
    }
    if let Some((_, Some(text))) = &entry.outcome {
        out.literal("<p class=\"failure\">").text(text).literal("</p>\n");
    }
    if let Some(place) = &entry.place {
        out.literal("<p class=\"meta\">declared at <code>").text(&place.to_string()).literal("</code></p>\n");
    }
    out.literal("</article>\n");
}

fn cell(out: &mut Sink, open: &'static str, value: &Option<String>) {
    out.literal(open);
    match value {
        Some(value) => out.literal("<code>").text(value).literal("</code>"),
        None => out.literal("<span class=\"none\">none</span>"),
    };
    out.literal("</td>");
}
