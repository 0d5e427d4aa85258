export { parseLength } from './parse.js'
export { convert, FACTORS } from './convert.js'
export { formatLength } from './format.js'
