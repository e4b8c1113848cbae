"""The report of a run as a reader has it: in a browser, on a phone, on paper, by keyboard, and under attack."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from chromium import Chromium

PAGES = pathlib.Path(__file__).parent.parent / "pages"

HOSTILE = """# <script>alert(1)</script> Cholera

ICD-10 code: A00 <img src=x onerror=alert(2)>

<svg onload=alert(3)> {{constructor.constructor('alert(4)')()}}

## Signs "><img src=https://example.org/x onerror=alert(5)>

Text of the page with a </details></main></style><script>alert(6)</script> in it and some more words behind.
"""

CONTRAST = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parse(color).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)" && color !== "transparent") return color;
    }
    return "rgb(255, 255, 255)";
  };
  const low = new Set();
  for (const element of document.querySelectorAll("main *:not(svg, svg *)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...low];
})()
"""

VISIBLE = "[...document.querySelectorAll('details.page')].filter((page) => !page.hidden).length"


def nosograph(*arguments, cwd):
    return subprocess.run([os.environ["NOSOGRAPH"], *arguments], cwd=cwd, capture_output=True, text=True, check=False)


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for day in ["old", "new"]:
            (cls.folder / day).mkdir()
            for page in sorted(PAGES.glob("*.txt")) + sorted(PAGES.glob("*.html")):
                shutil.copy(page, cls.folder / day)
        new = cls.folder / "new"
        (new / "hostile.txt").write_text(HOSTILE)
        (new / "<img src=x onerror=alert(7)>.txt").write_text(HOSTILE.replace("ICD-10 code", "Nothing"))
        (new / "empty.txt").write_text("")
        nosograph("run", "old", "-o", "old-run", cwd=cls.folder)
        gates = ["--max-rejects", "0", "--min-fill", "title=95%,source_url=1%"]
        ended = nosograph("run", "new", "-o", "run", "--report", *gates, cwd=cls.folder)
        assert ended.returncode == 1, ended
        ended = nosograph("report", "run", "--input", "new", "--baseline", "old-run", "-o", "r.html", cwd=cls.folder)
        assert ended.returncode == 0, ended
        cls.report = cls.folder / "r.html"
        cls.browser = Chromium()
        cls.addClassCleanup(cls.browser.close)

    def open(self, path=None, **options):
        self.browser.open(path or self.report, **options)
        return self.browser

    def test_it_loads_without_trouble_and_asks_for_nothing(self):
        for path in [self.report, self.folder / "run" / "report.html"]:
            browser = self.open(path)
            self.assertEqual(browser.value("document.querySelector('h1').textContent"), "Failed")
            self.assertEqual(browser.troubles, [])
            self.assertEqual(browser.requests, [f"file://{path}"])

    def test_nothing_of_a_page_runs(self):
        browser = self.open()
        self.assertEqual(browser.value("document.scripts.length"), 1)
        self.assertEqual(browser.value("document.querySelectorAll('img, iframe, link, object, style').length"), 1)
        self.assertEqual(browser.value("document.querySelectorAll('[onerror], [onload]').length"), 0)
        browser.value("document.querySelectorAll('details').forEach((page) => { page.open = true; })")
        shown = browser.value("document.body.textContent")
        self.assertIn("alert(7)", shown)
        self.assertIn("<script>alert(1)</script>", shown)
        # What would run in spite of all that is stopped by the policy.
        browser.value("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.ran = true\" id=p>')")
        browser.value("document.getElementById('p').click()")
        self.assertIsNone(browser.value("window.ran"))
        self.assertFalse([trouble for trouble in browser.troubles if trouble.startswith("dialog")])

    def test_filters_choose_pages(self):
        browser = self.open()
        everything = browser.value(VISIBLE)
        self.assertGreater(everything, 10)
        self.assertEqual(browser.value("document.getElementById('shown').textContent"), f"{everything} of {everything} pages")
        browser.value("document.getElementById('words').focus()")
        browser.type("alert(7) cholera")
        self.assertEqual(browser.value(VISIBLE), 1)
        browser.value("words.value = ''; words.dispatchEvent(new Event('input'))")

        def choose(name, value):
            browser.value(f"{name}.value = '{value}'; {name}.dispatchEvent(new Event('input'))")

        choose("status", "reject")
        rejects = browser.value("document.querySelectorAll('details.page[data-status=reject]').length")
        self.assertGreaterEqual(rejects, 2)
        self.assertLess(rejects, everything)
        self.assertEqual(browser.value(VISIBLE), rejects)
        choose("id", "N103")
        self.assertEqual(browser.value(VISIBLE), 1)
        choose("status", "")
        choose("id", "")
        self.assertEqual(browser.value(VISIBLE), everything)
        self.assertEqual(browser.troubles, [])

    def test_it_reads_well_in_light_and_dark(self):
        backgrounds = []
        for dark in [False, True]:
            browser = self.open(dark=dark)
            browser.value("document.querySelectorAll('details').forEach((page) => { page.open = true; })")
            self.assertEqual(browser.value(CONTRAST), [], f"dark: {dark}")
            backgrounds.append(browser.value("getComputedStyle(document.body).backgroundColor"))
        self.assertNotEqual(*backgrounds)

    def test_no_width_scrolls_sideways(self):
        for width in [320, 390, 768, 1280]:
            browser = self.open(width=width)
            browser.value("document.querySelectorAll('details').forEach((page) => { page.open = true; })")
            over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            self.assertEqual((browser.value(over), browser.value("innerWidth")), (0, width))

    def test_the_keyboard_reaches_everything(self):
        browser = self.open()
        focused = "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
        browser.press("Tab")
        self.assertEqual(browser.value(focused), "skip")
        browser.press("Enter")
        self.assertEqual(browser.value("location.hash"), "#pages")
        reached = []
        for _ in range(5):
            browser.press("Tab")
            reached.append(browser.value(focused))
        self.assertEqual(reached[:4], ["words", "status", "id", "SUMMARY"])
        browser.value("document.querySelectorAll('details.page')[2].querySelector('summary').focus()")
        browser.press("Enter")
        self.assertTrue(browser.value("document.querySelectorAll('details.page')[2].open"))
        browser.value("document.querySelectorAll('details.page')[2].querySelector('dd a').focus()")
        browser.press("Enter")
        self.assertEqual(browser.value("document.querySelector('mark:target').closest('details').open"), True)

    def test_it_can_be_read_aloud(self):
        browser = self.open()
        self.assertEqual(browser.names("searchbox"), ["Words"])
        self.assertEqual(browser.names("combobox"), ["Status", "Diagnostic"])
        self.assertIn("Records in which a field is filled the line is its gate", browser.names("table"))
        self.assertEqual([name for name in browser.names("region") if not name], [])
        levels = browser.value("[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))")
        self.assertTrue(all(after - before <= 1 for before, after in zip(levels, levels[1:])), levels)

    def test_it_prints(self):
        browser = self.open()
        browser.media(kind="print")
        self.assertEqual(browser.value("getComputedStyle(document.querySelector('.filters')).display"), "none")
        browser.media()
        self.assertEqual(browser.value("dispatchEvent(new Event('beforeprint')), document.querySelectorAll('details.page:not([open])').length"), 0)
        browser.value("dispatchEvent(new Event('afterprint'))")
        self.assertGreater(browser.value("document.querySelectorAll('details.page:not([open])').length"), 5)
        self.assertTrue(browser.pdf().startswith(b"%PDF"))

    def test_pictures_are_left_for_people(self):
        folder = os.environ.get("SCREENSHOTS")
        if not folder:
            self.skipTest("SCREENSHOTS names no folder")
        for width in [1280, 390]:
            for dark in [False, True]:
                browser = self.open(width=width, dark=dark)
                browser.value("document.querySelectorAll('details.page')[2].open = true")
                browser.screenshot(pathlib.Path(folder) / f"report-{width}-{'dark' if dark else 'light'}.png")


if __name__ == "__main__":
    unittest.main()
