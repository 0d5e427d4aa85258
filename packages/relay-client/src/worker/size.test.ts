import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'

it('is under 6 KB gzipped when it is bundled alone, with nothing of a schema library in it', async () => {
  const bundle = await rolldown({ input: fileURLToPath(new URL('index.ts', import.meta.url)), platform: 'browser' })
  const { output } = await bundle.generate({ format: 'es', minify: true })
  await bundle.close()
  const [chunk, ...others] = output
  expect(others).toEqual([])
  expect(chunk.moduleIds.filter((id) => id.includes('node_modules'))).toEqual([])
  expect(gzipSync(chunk.code, { level: 9 }).length).toBeLessThan(6 * 1024)
})
