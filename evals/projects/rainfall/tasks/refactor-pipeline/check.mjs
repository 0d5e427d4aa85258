import { assert, isThere, load, node, read, solved, testsPass } from '../../../../kit.mjs'

assert.ok(isThere('src/report.js'), 'there is a src/report.js')
const { report } = await load('src/report.js')
const texts = {
  'a.csv': 'station,date,mm\nB,2026-01-01,1\n',
  'b.csv': 'station,date,mm\nA,2026-01-01,2\n',
  'bad.csv': 'station,date,mm\nA,today,2\n',
}
const asked = []
const reader = (file) => {
  asked.push(file)
  return texts[file]
}
const HEADER = 'station,month,days,total_mm,mean_mm,wettest'
assert.equal(
  await report(['a.csv', 'b.csv'], reader),
  `${HEADER}\nA,2026-01,1,2,2,2026-01-01\nB,2026-01,1,1,1,2026-01-01`,
  'report gives the table',
)
assert.deepEqual(asked, ['a.csv', 'b.csv'], 'it reads by what it is given')
await assert.rejects(async () => report(['a.csv', 'bad.csv'], reader), /^Error: bad\.csv: no date: today$/, 'an error names the file')
const good = node(['src/main.js', 'data/harbour.csv'])
assert.deepEqual([good.code, good.out], [0, `${HEADER}\nHarbour,2026-01,3,14.2,4.73,2026-01-02\n`], 'the command is as it was')
const none = node(['src/main.js'])
assert.deepEqual([none.code, none.out, none.err], [2, '', 'usage: node src/main.js FILE...\n'])
const bad = node(['src/main.js', 'README.md'])
assert.deepEqual([bad.code, bad.out, bad.err], [1, '', 'README.md: the first line has to be station,date,mm\n'])
const missing = node(['src/main.js', 'gone.csv'])
assert.equal(missing.code, 1)
assert.match(missing.err, /^gone\.csv: ENOENT/)
assert.doesNotMatch(read('src/main.js'), /csvField|summarise/, 'main.js does no more than it should')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
