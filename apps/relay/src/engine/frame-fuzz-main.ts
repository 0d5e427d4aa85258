import { parseArgs } from 'node:util'
import { fuzzFrames, FUZZ_LIMITS } from './frame-fuzz'

// `npm run fuzz:relay`: a million mutated frames by default. Ends with 1 for a finding.

const { values } = parseArgs({ options: { frames: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } } })
const { messages, badFrames, frame, calls } = FUZZ_LIMITS
process.stdout.write(`limits: ${JSON.stringify({ messages, badFrames, frame, calls })}\n`)
const from = performance.now()
const report = await fuzzFrames({ seed: Number(values.seed), frames: Number(values.frames) })
const seconds = ((performance.now() - from) / 1000).toFixed(0)
process.stdout.write(`${JSON.stringify(report)}\n${seconds} s, ${(process.memoryUsage().rss / 1024 / 1024).toFixed(0)} MB resident\n`)
process.exitCode = report.findings.length === 0 ? 0 : 1
