import { assert, load, node, read, solved } from '../../../../kit.mjs'

const { parseLength, formatLength, convert } = await load('packages/units/src/index.js')
const { plan, report } = await load('packages/planner/src/index.js')
assert.deepEqual(parseLength('12 cm'), { mm: 120 }, 'parseLength gives an object')
assert.equal(formatLength({ mm: 1250 }), '1.25 m', 'formatLength takes one')
assert.equal(formatLength(parseLength('3 ft'), 'in', 1), '36 in')
assert.equal(convert(1, 'in', 'mm'), 25.4, 'convert is as it was')
assert.throws(() => parseLength('far'), RangeError)
const boards = plan(['80 cm', '1.2 m', '60 cm'], { board: '2 m', kerf: '3 mm' })
assert.deepEqual(
  boards,
  [
    { cuts: [1200, 600], left: 194 },
    { cuts: [800], left: 1197 },
  ],
  'plan gives plain millimetres',
)
assert.equal(report(boards), 'board 1: 1.2 m + 0.6 m (left 0.194 m)\nboard 2: 0.8 m (left 1.197 m)\n2 boards, 1.391 m left\n')
assert.throws(() => plan(['3 m'], { board: '2 m' }), /a piece of 3000 mm does not fit on a board of 2000 mm/, 'the error is as it was')
const manifest = (name) => JSON.parse(read(`packages/${name}/package.json`))
assert.equal(manifest('units').version, '2.0.0')
assert.equal(manifest('planner').version, '0.6.0')
assert.equal(manifest('planner').dependencies['@bench/units'], '^2.0.0')
assert.equal(node(['scripts/versions.mjs']).code, 0, 'npm run versions is happy')
assert.equal(node(['--test', 'packages/units/test', 'packages/planner/test']).code, 0, 'the tests of both packages pass')
solved()
