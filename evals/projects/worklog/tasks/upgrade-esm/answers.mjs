const code = [
  { read: 'package.json' },
  { edit: 'package.json', old: '  "license": "MIT",', new: '  "license": "MIT",\n  "type": "module",' },
  { edit: 'src/parse.js', old: 'module.exports = { parseLog }', new: 'export { parseLog }' },
  { edit: 'src/report.js', old: 'module.exports = {', new: 'export {' },
  {
    run: `sed -i -E "s#^const (.*) = require\\('(node:[a-z]+)'\\)#import \\1 from '\\2'#; s#^const (.*) = require\\('(.*)'\\)#import \\1 from '\\2.js'#" bin/*.js`,
  },
]
const tests = [
  {
    run: `sed -i -E "s#^const (.*) = require\\('node:assert/strict'\\)#import \\1 from 'node:assert/strict'#; s#^const (.*) = require\\('(node:[a-z_]+)'\\)#import \\1 from '\\2'#; s#^const (.*) = require\\('(.*)'\\)#import \\1 from '\\2.js'#; s#__dirname#import.meta.dirname#" test/*.js`,
  },
]

export const right = [...code, ...tests, { try: 'cat test/*.js bin/*.js | grep -n require; npm test' }]

// The code alone: the tests cannot be loaded any more.
export const wrong = [...code, { try: 'node bin/worklog.js examples/week.log' }]
