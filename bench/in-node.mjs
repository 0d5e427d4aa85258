import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { ROOT, runNode } from '../scripts/steps.mjs'

/**
 * Bundles a program of `bench` and runs it in a process of its own, once a round. Its last line is what it measured.
 * @template Sample
 * @param {string} name of its folder
 * @param {number} rounds
 * @param {readonly string[]} [external] modules that stay outside the bundle
 * @returns {Promise<readonly Sample[]>}
 */
export async function samplesInNode(name, rounds, external = []) {
  // In the root, from where the sandbox's workers are built.
  const out = join(ROOT, `.${name}-bench.bundle.mjs`)
  const bundle = await rolldown({ input: join(ROOT, `bench/${name}/main.ts`), platform: 'node', external: [/^node:/, ...external] })
  await bundle.write({ file: out, format: 'esm', codeSplitting: false })
  await bundle.close()
  /** @type {Sample[]} */
  const samples = []
  try {
    for (let round = 0; round < rounds; round++) {
      const { code, output } = await runNode([out])
      if (code !== 0) throw new Error(output)
      samples.push(JSON.parse(output.trim().split('\n').at(-1) ?? ''))
    }
  } finally {
    rmSync(out, { force: true })
  }
  return samples
}
