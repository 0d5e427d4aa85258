import { assert, load, node, solved } from '../../../../kit.mjs'

const { parseLength } = await load('packages/units/src/index.js')
for (const [text, mm] of [
  ['12 cm', 120],
  ['  1.5m ', 1500],
  ['3 ft 4 in', 1016],
  ['3ft4in', 1016],
  ['0 mm', 0],
  ['2 m 5 cm 3 mm', 2053],
  ['7  mm', 7],
])
  assert.equal(Math.round(parseLength(text) * 1e6) / 1e6, mm, `${JSON.stringify(text)} is ${mm} mm`)
for (const bad of [
  '2 m (approx)',
  'abc 12 cm',
  '12 cm 5',
  '1.2.3 m',
  '-4 cm',
  '12 toString',
  '1 constructor',
  '5 __proto__',
  '12',
  'm',
  '',
  '   ',
  '12 cm, 5 mm',
  '.5 m',
  '1. m',
  '12 CM x',
])
  assert.throws(() => parseLength(bad), RangeError, `${JSON.stringify(bad)} is no length`)
assert.equal(node(['--test', 'packages/units/test', 'packages/planner/test']).code, 0, 'the tests of both packages pass')
solved()
