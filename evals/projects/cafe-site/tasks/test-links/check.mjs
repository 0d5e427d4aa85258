import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

const FILE = 'test/check-links.test.js'
assert.ok(isThere(FILE), `there is a ${FILE}`)
const code = original(import.meta.url, 'scripts/check-links.mjs')
const pass = (cwd) => node([FILE], { cwd }).code === 0
const before = readdirSync(tmpdir()).length
assert.ok(!testsNotice('scripts/check-links.mjs', code, pass), 'the tests pass on the code as it was')
assert.equal(readdirSync(tmpdir()).length, before, 'the tests clean up after themselves')
const notices = (what, from, to) =>
  assert.ok(testsNotice('scripts/check-links.mjs', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('src that is not looked at', "attribute(element, 'href') ?? attribute(element, 'src')", "attribute(element, 'href')")
notices('href that is not looked at', "attribute(element, 'href') ?? attribute(element, 'src')", "attribute(element, 'src')")
notices('subfolders that are left out', '{ recursive: true }', '{}')
notices('links taken from the root', 'join(root, dirname(page), path)', 'join(root, path)')
notices('mail addresses taken for files', '/^[a-z]+:/', '/^https?:/')
notices('anchors taken for files', "const [path] = link.split('#')", 'const path = link')
notices('anchors of the same page', "path !== '' && ", "path === '' || ")
notices('the page that is not named', '`${page}: ${link}`', 'link')
solved()
