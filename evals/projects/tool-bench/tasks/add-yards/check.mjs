import { assert, load, node, read, solved } from '../../../../kit.mjs'

const { convert, parseLength, formatLength } = await load('packages/units/src/index.js')
const { report } = await load('packages/planner/src/index.js')
assert.equal(convert(1, 'yd', 'mm'), 914.4)
assert.equal(parseLength('2 yd'), 1828.8)
assert.equal(formatLength(914.4, 'yd'), '1 yd')
const boards = [
  { cuts: [1828.8, 457.2], left: -3 },
  { cuts: [600], left: 1400 },
]
assert.equal(
  report(boards, { unit: 'yd' }),
  'board 1: 2 yd + 0.5 yd (left 0 yd)\nboard 2: 0.656 yd (left 1.531 yd)\n2 boards, 1.531 yd left\n',
  'all lengths are in that unit',
)
assert.equal(
  report(boards),
  'board 1: 1.829 m + 0.457 m (left 0 m)\nboard 2: 0.6 m (left 1.4 m)\n2 boards, 1.4 m left\n',
  'metres by default',
)
assert.match(report(boards, { unit: 'mm' }), /^board 2: 600 mm \(left 1400 mm\)$/m)
assert.throws(() => report(boards, { unit: 'parsec' }), RangeError, 'an unknown unit is refused')
const manifest = (name) => JSON.parse(read(`packages/${name}/package.json`))
assert.equal(manifest('units').version, '1.4.0', 'the minor version of units is bumped')
assert.equal(manifest('planner').version, '0.6.0', 'the minor version of planner is bumped')
assert.equal(manifest('planner').dependencies['@bench/units'], '^1.4.0', 'planner wants the new units')
assert.equal(node(['scripts/versions.mjs']).code, 0, 'npm run versions is happy')
assert.equal(node(['--test', 'packages/units/test', 'packages/planner/test']).code, 0, 'the tests of both packages pass')
solved()
