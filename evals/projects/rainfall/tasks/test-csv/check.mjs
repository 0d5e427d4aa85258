import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

const FILE = 'test/csv.test.js'
assert.ok(isThere(FILE), `there is a ${FILE}`)
const code = original(import.meta.url, 'src/csv.js')
const pass = (cwd) => node([FILE], { cwd }).code === 0
assert.ok(!testsNotice('src/csv.js', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('src/csv.js', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('doubled quotes that are dropped', "field += '\"'\n", '\n')
notices('commas in quotes that divide', "character === ',' && !isQuoted", "character === ','")
notices('empty lines that become rows', "if (line === '') continue", '')
notices('the last field of a line that is lost', '    fields.push(field)\n    rows.push', '    rows.push')
notices('a field that runs into the next', "field = ''\n      }", '}')
notices('commas that are written bare', '/[",\\n]/', '/["\\n]/')
notices('quotes that are written bare', '/[",\\n]/', '/[,\\n]/')
notices('quotes that are not doubled', `text.replaceAll('"', '""')`, 'text')
notices('numbers that are no text', 'String(value)', 'value')
solved()
