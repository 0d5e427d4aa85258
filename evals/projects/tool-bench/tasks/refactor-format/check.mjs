import { writeFileSync } from 'node:fs'
import { assert, load, node, read, solved } from '../../../../kit.mjs'

const { report } = await load('packages/planner/src/index.js')
const boards = [
  { cuts: [1234.5678, 800], left: -3 },
  { cuts: [600], left: 1400.1 },
  { cuts: [1], left: 0.4 },
]
const text = 'board 1: 1.235 m + 0.8 m (left 0 m)\nboard 2: 0.6 m (left 1.4 m)\nboard 3: 0.001 m (left 0 m)\n3 boards, 1.401 m left\n'
assert.equal(report(boards), text, 'the output is unchanged')
assert.equal(report([]), '\n0 boards, 0 m left\n')
assert.equal(node(['--test', 'packages/units/test', 'packages/planner/test']).code, 0, 'the tests of both packages pass')
assert.doesNotMatch(read('packages/planner/src/report.js'), /toFixed/, 'report.js still rounds by itself')
// Another format in units has to show everywhere.
writeFileSync('packages/units/src/format.js', 'export const formatLength = (mm) => `<${Math.round(mm)}>`\n')
const script = `import { report } from './packages/planner/src/index.js'
process.stdout.write(report([{ cuts: [1, 2], left: 3 }, { cuts: [4], left: -5 }]))`
assert.equal(
  node(['--input-type=module', '-e', script]).out,
  'board 1: <1> + <2> (left <3>)\nboard 2: <4> (left <0>)\n2 boards, <3> left\n',
  'every length comes from formatLength',
)
solved()
