export { plan } from './plan.js'
export { report } from './report.js'
