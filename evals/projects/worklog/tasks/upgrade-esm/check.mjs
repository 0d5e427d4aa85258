import { readdirSync } from 'node:fs'
import { assert, load, node, read, solved, testsPass } from '../../../../kit.mjs'

assert.equal(JSON.parse(read('package.json')).type, 'module', 'package.json says "type": "module"')
const { parseLog } = await load('src/parse.js')
const report = await load('src/report.js')
assert.equal(parseLog('2026-03-02\n09:00-10:00 api\n')[0].minutes, 60)
for (const name of ['sumByProject', 'textReport', 'markdownReport'])
  assert.equal(typeof report[name], 'function', `src/report.js exports ${name}`)
const { out, code } = node(['bin/worklog.js', 'examples/week.log'])
assert.equal(code, 0, 'the command works')
assert.match(out, /^total\s+8h 00m$/m)
assert.equal(node(['bin/worklog.js', '--markdown', 'examples/week.log']).code, 0)
assert.equal(node(['bin/worklog.js', '--nonsense']).code, 2)
for (const folder of ['bin', 'src', 'test'])
  for (const file of readdirSync(folder))
    assert.doesNotMatch(
      read(`${folder}/${file}`),
      /\brequire\s*\(|module\.exports/,
      `${folder}/${file} has no require and no module.exports`,
    )
assert.ok(testsPass(), 'the tests of the project pass')
solved()
