import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'sucrase'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
rmSync(join(root, 'dist'), { recursive: true, force: true })
mkdirSync(join(root, 'dist'))
for (const name of readdirSync(join(root, 'src'))) {
  const source = readFileSync(join(root, 'src', name), 'utf8')
  const { code } = transform(source, { transforms: ['jsx'], jsxRuntime: 'automatic', production: true, filePath: name })
  writeFileSync(join(root, 'dist', name.replace(/\.jsx$/, '.js')), code.replaceAll(/(from '\.\/[^']+)\.jsx'/g, "$1.js'"))
}
