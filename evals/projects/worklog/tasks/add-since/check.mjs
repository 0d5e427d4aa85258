import { assert, node, read, solved, testsPass } from '../../../../kit.mjs'

const worklog = (...args) => node(['bin/worklog.js', ...args])
const total = (...args) => /total.*?(\d+h \d\dm)/.exec(worklog(...args).out)?.[1]
const log = 'examples/week.log'
assert.equal(total('--since', '2026-03-03', log), '4h 45m', 'the date itself counts')
assert.equal(total(log, '--since', '2026-03-02'), '8h 00m', 'it may stand behind the file')
assert.equal(total('--since', '2026-03-04', log), '0h 00m', 'nothing is left behind the last day')
assert.equal(total('--since', '2026-03-03', '--project', 'api', log), '2h 00m', 'it works with --project')
assert.equal(total('--markdown', '--since', '2026-03-03', log), '4h 45m', 'it works with --markdown')
for (const bad of [
  ['--since', 'yesterday', log],
  ['--since', '2026-13-40', log],
  [log, '--since'],
]) {
  const { code, err, out } = worklog(...bad)
  assert.equal(code, 2, `${bad.join(' ')} ends with 2`)
  assert.match(err, /usage: worklog/, `${bad.join(' ')} shows the usage`)
  assert.equal(out, '', `${bad.join(' ')} reports nothing`)
}
assert.match(worklog('--nonsense').err, /--since/, 'the usage names it')
assert.match(read('README.md'), /--since/, 'the README names it')
assert.ok(testsPass(), 'the tests of the project pass')
solved()
