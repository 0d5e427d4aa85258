import { assert, load, node, run, solved } from '../../../../kit.mjs'

assert.equal(node(['scripts/build.mjs']).code, 0, 'it builds')
const { dayBefore, streak } = await load('dist/dates.js')
assert.equal(streak(['2026-02-27', '2026-02-28', '2026-03-01'], '2026-03-01'), 3, 'from February into March')
assert.equal(streak(['2026-02-27', '2026-02-28'], '2026-03-01'), 2, 'today is not over')
assert.equal(streak(['2025-12-30', '2025-12-31', '2026-01-01'], '2026-01-01'), 3, 'over the end of the year')
assert.equal(streak(['2024-02-28', '2024-02-29', '2024-03-01'], '2024-03-01'), 3, 'through a leap day')
assert.equal(streak(['2024-02-28', '2024-03-01'], '2024-03-01'), 1, 'a missing leap day is a gap')
assert.equal(streak(['2026-03-28', '2026-03-29', '2026-03-30'], '2026-03-30'), 3, 'over a change of the clocks')
assert.equal(streak(['2026-03-09', '2026-03-11'], '2026-03-12'), 1, 'a gap is a gap')
if (dayBefore) assert.equal(dayBefore('2026-05-01'), '2026-04-30')
for (const TZ of ['America/Los_Angeles', 'Pacific/Auckland']) {
  const script = `import { streak } from './dist/dates.js'; process.stdout.write(String(streak(['2026-02-28', '2026-03-01'], '2026-03-01')))`
  assert.equal(run(process.execPath, ['--input-type=module', '-e', script], { env: { TZ } }).out, '2', `in ${TZ} too`)
}
assert.equal(node(['--test', 'test/']).code, 0, 'the tests of the project pass')
solved()
