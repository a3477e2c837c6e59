"""Prints the Maven repository of this user as JSON: {"url", "username"?, "password"?}.

usage: repository.py MODEL_BUILDER_JAR [SETTINGS ...]

The settings are those of the user, then those of the installation. Their mirror of the repository "central" has priority, with
the credentials of its server. Otherwise it is the repository that Maven itself has by default.
"""

import json
import os
import sys
import xml.etree.ElementTree as xml
import zipfile


def without_namespaces(text):
    root = xml.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def matches_central(pattern):
    parts = [part.strip() for part in (pattern or "").split(",")]
    return "!central" not in parts and any(
        part in ("*", "central", "external:*") for part in parts
    )


def expanded(text):
    """Maven's syntax for environment variables."""
    for name, value in os.environ.items():
        text = text.replace("${env.%s}" % name, value)
    return text


def mirror_in(file):
    with open(file, "rb") as settings:
        root = without_namespaces(settings.read())
    for mirror in root.iterfind("mirrors/mirror"):
        if mirror.findtext("blocked") == "true" or not matches_central(mirror.findtext("mirrorOf")):
            continue
        found = {"url": expanded(mirror.findtext("url").strip())}
        for server in root.iterfind("servers/server"):
            if server.findtext("id") == mirror.findtext("id"):
                for key in ("username", "password"):
                    if server.findtext(key) is not None:
                        found[key] = expanded(server.findtext(key))
        return found
    return None


def default_in(jar):
    with zipfile.ZipFile(jar) as archive:
        model = without_namespaces(archive.read("org/apache/maven/model/pom-4.0.0.xml"))
    for repository in model.iterfind("repositories/repository"):
        if repository.findtext("id") == "central":
            return {"url": repository.findtext("url").strip()}
    raise SystemExit("%s has no repository central" % jar)


def main(jar, *settings):
    found = (mirror_in(file) for file in settings if os.path.exists(file))
    print(json.dumps(next((one for one in found if one), None) or default_in(jar)))


main(*sys.argv[1:])
