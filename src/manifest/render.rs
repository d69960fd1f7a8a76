//! Diagnostics as text, in the manner of rustc.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Excerpt, Severity, Style};
use super::printable::printable;
use crate::model::Place;

/// Width that long lines are folded to. Fixed, so that the same complaints
/// give the same bytes everywhere.
const WIDTH: usize = 120;

/// Shows one diagnostic.
pub(super) fn diagnostic(diagnostic: &Diagnostic, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut primary = Group::with_title(title).elements(pointer(
        diagnostic.place.as_ref(),
        diagnostic.excerpt.as_ref(),
        AnnotationKind::Primary,
    ));
    let mut others = Vec::new();
    for note in &diagnostic.notes {
        if note.place.is_some() {
            let title = Level::NOTE.secondary_title(note.message.as_str());
            let pointer = pointer(note.place.as_ref(), note.excerpt.as_ref(), AnnotationKind::Context);
            others.push(Group::with_title(title).elements(pointer));
        } else {
            primary = primary.element(Level::NOTE.message(note.message.as_str()));
        }
    }
    if let Some(help) = &diagnostic.help {
        primary = primary.element(Level::HELP.message(help.as_str()));
    }
    let mut groups = vec![primary];
    groups.append(&mut others);
    renderer(style).render(&groups)
}

/// Shows a line that stands for itself.
pub(super) fn title(text: &str, style: Style) -> String {
    renderer(style).render(&[Group::with_title(Level::ERROR.primary_title(text))])
}

fn pointer<'a>(place: Option<&Place>, excerpt: Option<&'a Excerpt>, kind: AnnotationKind) -> Vec<Element<'a>> {
    let Some(place) = place else {
        return Vec::new();
    };
    let (line, column) = (place.line as usize, place.column as usize);
    let origin = Origin::path(printable(&place.file)).line(line).char_column(column);
    let Some(excerpt) = excerpt.filter(|excerpt| !excerpt.line.is_empty()) else {
        return vec![Element::from(origin)];
    };
    let snippet = Snippet::source(excerpt.line.as_str()).line_start(line).annotation(kind.span(excerpt.span.clone()));
    // Without an origin the place is counted from the excerpt, which is wrong
    // where the beginning of the line was cut off.
    let shown = excerpt.line.get(..excerpt.span.start).map_or(0, |before| before.chars().count());
    if shown + 1 == column {
        vec![Element::from(snippet.path(printable(&place.file)))]
    } else {
        vec![Element::from(origin), Element::from(snippet)]
    }
}

fn renderer(style: Style) -> Renderer {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH)
}
