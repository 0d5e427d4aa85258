import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const LIBRARIES = 'typescript/libraries.json'

/** The compiler's `lib.*.d.ts`, as one object from name to text: a hundred small files would be a hundred requests. */
export function libraryTexts(): Readonly<Record<string, string>> {
  const folder = dirname(createRequire(import.meta.url).resolve('typescript-api'))
  const names = readdirSync(folder).filter((name) => /^lib\.(.*\.)?d\.ts$/.test(name))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** Serves and emits `/typescript/libraries.json`, which the checker's worker fetches when it starts. */
export function typescriptLibraries(): Plugin {
  return {
    name: 'tabwright:typescript-libraries',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url?.split('?', 1)[0] !== `/${LIBRARIES}`) return next()
        response.setHeader('content-type', 'application/json; charset=utf-8')
        response.end(JSON.stringify(libraryTexts()))
      })
    },
    generateBundle() {
      // Once a build, not once for each worker that the app itself has.
      if (this.environment.name !== 'client') return
      this.emitFile({ type: 'asset', fileName: LIBRARIES, source: JSON.stringify(libraryTexts()) })
    },
  }
}
