import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

const tests = (file) => (cwd) => node([file], { cwd }).code === 0
for (const [name, changes] of Object.entries({
  truncate: [
    ['an exact length that is cut', 'text.length <= length', 'text.length < length'],
    ['a long word that is not cut', 'space <= 0 ? room', 'space <= 0 ? text'],
    ['words that are cut through', 'room.slice(0, space)', 'room'],
    ['a missing sign', "+ '…'", "+ ''"],
    ['one character too many', 'text.slice(0, length - 1)', 'text.slice(0, length)'],
  ],
  fill: [
    ['a missing value that is let pass', 'if (!Object.hasOwn(values, name))', 'if (false)'],
    ['zero taken for missing', '!Object.hasOwn(values, name)', '!values[name]'],
    ['only the first name replaced', '/\\{(\\w+)\\}/g', '/\\{(\\w+)\\}/'],
  ],
})) {
  const [path, file] = [`src/${name}.js`, `test/${name}.test.js`]
  assert.ok(isThere(file), `there is a ${file}`)
  const code = original(import.meta.url, path)
  assert.ok(!testsNotice(path, code, tests(file)), `${file} passes on the code as it was`)
  for (const [what, from, to] of changes) assert.ok(testsNotice(path, mutant(code, from, to), tests(file)), `${file} notices ${what}`)
}
solved()
