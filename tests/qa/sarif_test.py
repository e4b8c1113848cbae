"""SARIF output against the schema of the OASIS standard."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import jsonschema

# As NOTICE says, the schema that OASIS publishes.
SCHEMA = pathlib.Path(__file__).parent / "sarif-schema-2.1.0.json"

PAGE = "# {title}\n\nICD-10 code: {code}\nChapter: VI\n\nCard\nline\n\n## Signs\n\nThe patient has watery stool for some days.\n"


class SarifTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        pages = cls.folder / "in put"
        (pages / "é:#?").mkdir(parents=True)
        (pages / "a b%.txt").write_text(PAGE.format(title="Cholera", code="A00"))
        (pages / "é:#?" / "\u202e\"<&>\n.txt").write_text(PAGE.format(title="MÃ©niÃ¨re", code="Z99.77"))
        (pages / "empty.txt").write_text("")
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        cls.validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())

    def sarif(self, *arguments):
        command = [os.environ["NOSOGRAPH"], *arguments, "--output-format", "sarif"]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        log = json.loads(ended.stdout)
        self.assertEqual([error.message for error in self.validator.iter_errors(log)], [], arguments)
        return log["runs"][0]["results"]

    def test_every_command_that_writes_it(self):
        ran = self.sarif("run", "in put", "-o", "out")
        self.assertIn("N103", {result["ruleId"] for result in ran})
        checked = self.sarif("check", "out")
        self.assertIn("N502", {result["ruleId"] for result in checked})
        (self.folder / "in put" / "a b%.txt").write_text("changed")
        verified = self.sarif("verify", "out", "--input", "in put")
        self.assertIn("N162", {result["ruleId"] for result in verified})
        (self.folder / "bad.ndjson").write_text('{"record_id": 1}\nnot json\n')
        malformed = self.sarif("check", "bad.ndjson")
        lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in malformed]
        self.assertIn(2, lines)
        self.assertEqual(self.sarif("check", "out", "--select", "N155"), [])

    def test_the_schema_tells_what_is_wrong(self):
        self.assertTrue(list(self.validator.iter_errors({"version": "2.1.0", "runs": [{"results": [{}]}]})))


if __name__ == "__main__":
    unittest.main()
