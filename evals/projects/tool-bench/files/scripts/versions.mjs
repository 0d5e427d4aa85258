import { readdirSync, readFileSync } from 'node:fs'

const manifests = readdirSync('packages').map((name) => JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')))
const versions = new Map(manifests.map(({ name, version }) => [name, version]))
for (const { name, dependencies = {} } of manifests)
  for (const [wanted, range] of Object.entries(dependencies)) {
    const version = versions.get(wanted)
    if (version !== undefined && range !== `^${version}`) {
      console.error(`${name} wants ${wanted} ${range}, and it is ${version}`)
      process.exitCode = 1
    }
  }
