export { slugify } from './slugify.js'
export { truncate } from './truncate.js'
export { fill } from './fill.js'
export { UniqueSlugs } from './unique.js'
