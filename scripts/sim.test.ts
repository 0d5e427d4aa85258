import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('npm run sim repeats one world by its seed, with its trace', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'sim.mjs'), '--seed', '7'])
  expect(stdout).toContain('log.append')
})
