//! `nosograph report`.

use crate::scene::{CHOLERA, Scene, check_failed};
use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::process::Command;

#[test]
fn the_report_stands_alone_and_nothing_of_a_page_is_live() {
    let scene = Scene::new(&[
        (
            "input/evil.txt",
            b"# Cholera <script>alert(1)</script>\n\nICD-10 code: A00\n\n## Signs \"><img src=x onerror=alert(1)>\n\nText of the page <b>bold</b>.\n",
        ),
        ("input/</style><script>alert(2)</script>.txt", b""),
    ]);
    assert_eq!(scene.call("run").code, Some(1));
    let ended = scene.call("report output --input input --baseline output -o report.html");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    let html = scene.read("report.html");
    assert_eq!((html.matches("<script>").count(), html.matches("<img").count()), (1, 0));
    assert_eq!((html.matches("</style>").count(), html.matches("<b>bold").count()), (1, 0));
    for live in ["http://", "https://", "src=x", "<link", "<iframe"] {
        assert!(!html.replace("&lt;img src=x", "").contains(live), "{live}");
    }
    assert!(html.contains("class=\"f-code\" title=\"code (code-labelled)\">A00</mark>"), "{html}");
    assert!(
        html.contains("<h1>Failed</h1>") && html.contains("1 of 2 gates does not hold: rejects 1 of 2"),
        "{html}"
    );
    assert!(html.contains("default-src 'none'"), "{html}");
    assert!(html.contains("No rate changed"), "{html}");
    let stdout = scene.call("report output --input input --baseline output").stdout;
    assert_eq!(stdout.trim_end(), html.trim_end());
    check_failed(&scene.call("report missing"), "missing");
}

#[test]
fn a_run_writes_its_report_as_one_of_its_outputs() {
    let scene = Scene::new(&[
        (
            "input/a.txt",
            b"# Cholera\n\nICD-10 code: A00\n\nCard\n\nCholera is an infection of the small bowel.\n",
        ),
        ("input/b.txt", b""),
    ]);
    let listed = || -> Vec<String> {
        let outputs = scene.json("output/run.json")["outputs"].as_array().unwrap().clone();
        outputs.iter().map(|output| output["path"].as_str().unwrap().to_owned()).collect()
    };
    let options = "run --report --max-rejects 0 --min-fill code=50%";
    assert_eq!(scene.call(options).code, Some(1));
    let html = scene.read("output/report.html");
    assert!(html.contains("1 of 3 gates does not hold: rejects 1 of 2, has to be at most 0."), "{html}");
    assert!(html.contains("<b>2</b> files seen") && html.contains("(code-labelled)\">A00</mark>"), "{html}");
    assert!(listed().contains(&"report.html".to_owned()), "{:?}", listed());
    let verified = scene.call("verify output");
    assert_eq!((verified.code, verified.stdout.as_str()), (Some(0), ""), "{verified:?}");
    // The same bytes again, from the cache or not, on any number of threads.
    for again in ["", "--fresh -j 1", "-j 8"] {
        assert_eq!(scene.call(&format!("{options} {again}")).code, Some(1));
        assert_eq!(scene.read("output/report.html"), html, "{again}");
    }
    // As the command writes it of the run that is done.
    assert_eq!(scene.call("report output --input input").stdout, html);
    // One of an earlier run does not stay.
    scene.call("run");
    assert!(!scene.path("output/report.html").exists() && !listed().contains(&"report.html".to_owned()));
}

/// The commands of `docs/qa.md`, on a good night and on one that is not.
#[test]
fn the_nightly_job_of_the_docs_runs() {
    let docs = include_str!("../../docs/qa.md");
    let job = docs.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let scene = Scene::new(&[]);
    let page =
        |day: &str, name: &str, text: &str| scene.write(&format!("{day}/pages/{name}.txt"), text.as_bytes());
    let text = "# Cholera\n\nICD-10 code: A00\n\n## Signs\n\nThe patient has watery stool for some days.\n";
    for day in ["yesterday", "today"] {
        page(day, "a", text);
        page(day, "b", &text.replace("Cholera", "Asthma").replace("A00", "J45"));
    }
    assert_eq!(scene.call("run yesterday/pages -o yesterday/run").code, Some(0));
    let codes = || -> Vec<i32> {
        let lines = job.lines().map(|line| line.strip_prefix("nosograph ").unwrap());
        lines.map(|line| scene.call(line.split(" > ").next().unwrap()).code.unwrap()).collect()
    };
    assert_eq!(codes(), [0, 0, 0, 0, 0]);
    page(
        "today",
        "b",
        "# Asthma\n\nClassification\nJ45 is what this template calls it in a sentence of its own.\n",
    );
    assert_eq!(codes(), [1, 0, 0, 1, 0]);

    let mending = docs.split("```sh\n").nth(2).unwrap().split("```").next().unwrap();
    let rule = "\n[[rules]]\nid = \"code-sentence\"\nfield = \"code\"\npattern = '^(?P<value>[A-Z][0-9]{2}) is what'\n";
    scene.write("mended.toml", (scene.call("profile show icd10-disease").stdout + rule).as_bytes());
    let ended = scene.call(mending.trim().strip_prefix("nosograph ").unwrap());
    assert!(
        ended.code == Some(0) && ended.stderr.contains("1 reject tried again, 1 with a record"),
        "{ended:?}"
    );
}

#[test]
fn what_is_no_file_is_written_into_and_not_replaced() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes()), ("target.html", b"old")]);
    assert_eq!(scene.call("run").code, Some(0));
    let html = scene.call("report").stdout;
    let check = |name: &str| {
        let ended = scene.call(&format!("report -o {name}"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{name}: {ended:?}");
        fs::symlink_metadata(scene.path(name)).unwrap().file_type()
    };
    assert!(check("new.html").is_file() && check("new.html").is_file());
    assert!(scene.read("new.html") == html);
    symlink("target.html", scene.path("link.html")).unwrap();
    symlink("made.html", scene.path("dangling.html")).unwrap();
    assert!(check("link.html").is_symlink() && check("dangling.html").is_symlink());
    assert!(scene.read("target.html") == html && scene.read("made.html") == html);
    assert!(Command::new("mkfifo").arg(scene.path("pipe")).status().unwrap().success());
    let path = scene.path("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(path).unwrap());
    assert!(check("pipe").is_fifo());
    assert!(reader.join().unwrap() == html);
    symlink("/dev/full", scene.path("full")).unwrap();
    check_failed(&scene.call("report -o full"), "full: cannot be written: No space left on device");
    check_failed(&scene.call("report -o output"), "output: cannot be written: Is a directory");
    let ended = scene.call("report -o nowhere/x.html");
    check_failed(&ended, "nowhere/x.html: cannot be written: No such file or directory (os error 2)\n");
    assert!(ended.stderr.contains("hint: make the folder"), "{ended:?}");
}

#[test]
fn what_a_report_is_made_from_is_not_written_over() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    scene.call("run");
    for file in ["output/records.ndjson", "output/run.json", "output/load/duckdb.sql", "input/a.txt"] {
        let before = scene.read(file);
        check_failed(&scene.call(&format!("report --input input -o {file}")), file);
        assert_eq!(scene.read(file), before);
    }
    for file in ["output/report.html", "output/mine.html", "output/mine.html"] {
        assert_eq!(scene.call(&format!("report --input input -o {file}")).code, Some(0));
    }
}

#[test]
fn a_file_is_no_run() {
    let scene = Scene::new(&[("input/a.txt", CHOLERA.as_bytes())]);
    let ended = scene.call("report input/a.txt");
    check_failed(&ended, "error: input/a.txt: this is a file, and not the directory of a run\n");
}

#[test]
fn a_value_as_long_as_its_page_is_cut() {
    let text = "Words of it without an end, ".repeat(50_000);
    let page = format!("Cholera\n\nICD-10 code: A00\n\n{text}\n");
    let scene = Scene::new(&[("input/a.txt", page.as_bytes())]);
    scene.call("run");
    let html = scene.call("report --input input").stdout;
    assert!(html.len() < 100_000, "{}", html.len());
    assert!(html.contains("Words of it"));
}

#[test]
fn long_pages_make_no_long_report() {
    let scene = Scene::new(&[]);
    let script = format!("<script>{}</script>", "var x = '<&>';\n".repeat(2_000));
    let text: String = (0..300)
        .map(|at| format!("<h2>Part {at} & more</h2><p>{}</p>\n", "Words of it. ".repeat(30)))
        .collect();
    for page in 0..60 {
        let html = format!("<!doctype html><title>P</title>{script}<h1>Page {page}</h1>{text}");
        scene.write(&format!("input/{page}.html"), html.as_bytes());
    }
    scene.call("run --profile article --fail-on never");
    let html = scene.call("report --input input").stdout;
    assert!((100_000..1_000_000).contains(&html.len()), "{}", html.len());
    // What comes before the values is not what a reader looks for.
    assert!(html.contains("\">Part 0 &amp; more</mark>"));
}
