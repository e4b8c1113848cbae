"""The exports are valid by the published definitions: FHIR's as models of R4B, whose CodeSystem is that of R4, and
schema.org's vocabulary as models of its types."""

import json
import tempfile
import unittest
from pathlib import Path

import msgspec_schemaorg.models
from fhir.resources.R4B.codesystem import CodeSystem

import runs


class Exports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        root = Path(cls.scratch.name)
        runs.write_pages(root / "pages", runs.AWKWARD)
        cls.output = runs.run(root / "pages", Path(__file__).parents[2] / "input", root / "output")
        cls.empty = runs.run(root / "nothing", root / "empty") if (root / "nothing").mkdir() is None else None

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def export(self, output: Path, to: str) -> dict:
        ended = runs.call("export", str(output), "--to", to)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return json.loads(ended.stdout)

    def test_fhir(self):
        for output in (self.output, self.empty):
            document = self.export(output, "fhir")
            resource = CodeSystem.model_validate(document)
            codes = [concept.code for concept in resource.concept or []]
            self.assertEqual(codes, sorted(set(codes)))
            declared = {of.code: of.type for of in resource.property}
            for concept in document.get("concept", []):
                for value in concept["property"]:
                    self.assertIn("value" + declared[value["code"]].capitalize(), value)
        self.assertGreater(len(self.export(self.output, "fhir")["concept"]), 15)

    def test_schema_org(self):
        self.assertEqual(self.export(self.empty, "schema-org")["@graph"], [])
        graph = self.export(self.output, "schema-org")["@graph"]
        self.assertEqual(len(graph), len([record for record in runs.records(self.output) if record["code"]]))
        for node in graph:
            self.check_node(node)

    def check_node(self, node: dict):
        of_type = getattr(msgspec_schemaorg.models, node["@type"])
        for name, value in node.items():
            if not name.startswith("@"):
                self.assertIn(name, of_type.__struct_fields__, node["@type"])
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    self.check_node(part)


if __name__ == "__main__":
    unittest.main()
