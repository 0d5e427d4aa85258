import { parseArgs } from 'node:util'
import { seeded, sweep, swarm, type Campaign, type Finding } from './campaign'
import { PLANTS } from './plants'
import { findingText, neverReached } from './report'
import { ALL_SCENARIOS, scenarioNamed } from './scenarios'

/** One part of a campaign, in a process of its own: `--from 1 --to 500`, with `--sweep` the sweep too; `--seed 7 --scenario retry` one run with its trace. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      to: { type: 'string', default: '0' },
      sweep: { type: 'boolean', default: false },
      seed: { type: 'string' },
      scenario: { type: 'string' },
      plant: { type: 'string' },
    },
  })
  const plant = PLANTS.find(({ name }) => name === values.plant)
  const stories = values.scenario === undefined ? ALL_SCENARIOS : [scenarioNamed(values.scenario)]
  if (values.seed !== undefined) return tell(stories[Number(values.seed) % stories.length] ?? ALL_SCENARIOS[0], Number(values.seed), plant)
  const parts: Campaign[] = []
  if (values.sweep) for (const story of stories) parts.push(await sweep(story, plant ? { plant } : {}))
  const seeds = Array.from({ length: Math.max(0, Number(values.to) - Number(values.from) + 1) }, (_, at) => Number(values.from) + at)
  parts.push(await swarm(stories, seeds, plant ? { plant } : {}))
  const findings = parts.flatMap((part) => part.findings)
  for (const finding of findings.slice(0, 20)) console.log(`${findingText(finding)}\n`)
  const states = [...new Set(parts.flatMap((part) => [...part.states]))]
  const sum = (of: 'runs' | 'points'): number => parts.reduce((total, part) => total + part[of], 0)
  console.log(
    JSON.stringify({ runs: sum('runs'), points: sum('points'), findings: findings.length, states, never: neverReached(new Set(states)) }),
  )
  process.exitCode = findings.length > 0 ? 1 : 0
}

async function tell(
  story: (typeof ALL_SCENARIOS)[number] | undefined,
  seed: number,
  plant: (typeof PLANTS)[number] | undefined,
): Promise<void> {
  if (!story) return
  const { problems, trace } = await seeded(story, seed, plant)
  const finding: Finding = { scenario: story.name, seed, problems, trace }
  console.log(findingText(finding))
  process.exitCode = problems.length > 0 ? 1 : 0
}

await main()
