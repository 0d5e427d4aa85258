import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, type Plugin } from 'vite'
import { SHARE_FILES } from './packages/protocol/src/share-host.ts'

const ROOT = dirname(fileURLToPath(import.meta.url))

interface Parts {
  readonly script: string
  readonly style: string
}

/** One classic script and one style sheet with all that they need in them: the page that shows a session has to fit in a file. */
async function viewerParts(): Promise<Parts> {
  const built = await build({
    configFile: false,
    root: join(ROOT, 'apps/web'),
    publicDir: false,
    logLevel: 'warn',
    plugins: [react()],
    resolve: { alias: { 'decode-named-character-reference': join(ROOT, 'node_modules/decode-named-character-reference/index.js') } },
    build: {
      write: false,
      target: 'es2023',
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        input: join(ROOT, 'apps/web/src/viewer/main.tsx'),
        output: { format: 'iife', codeSplitting: false },
      },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !('output' in first)) throw new Error('the viewer was not built')
  const script = first.output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []))
  const style = first.output.flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [String(file.source)] : []))
  if (script.length !== 1 || style.length !== 1)
    throw new Error(`the viewer is ${script.length} scripts and ${style.length} style sheets, not one of each`)
  return { script: script[0] ?? '', style: style[0] ?? '' }
}

const HEAD = `<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="robots" content="noindex, nofollow" />
<meta name="referrer" content="no-referrer" />
<title>A shared session</title>`
const BODY = '<div id="app"></div>\n<noscript>A shared session is opened in the browser and needs JavaScript.</noscript>'

/** The page at an origin of its own, whose parts lie beside it. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
${HEAD}
<link rel="stylesheet" href="${SHARE_FILES.style}" />
<script src="${SHARE_FILES.script}" defer></script>
</head>
<body>
${BODY}
</body>
</html>
`

/** The same in one file. It may come from a disk, so its policy stands in itself: this script and no other, and no connection. */
function wholePage({ script, style }: Parts): string {
  // The text of a script ends at the first of these, wherever that stands.
  const plain = script.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--')
  const hash = createHash('sha256').update(plain).digest('base64')
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="${policy}" />
${HEAD}
<style>${style.replaceAll(/<\/(style)/gi, '<\\/$1')}</style>
</head>
<body>
${BODY}
<script type="application/octet-stream" id="session"></script>
<script>${plain}</script>
</body>
</html>
`
}

/** Emits the page that shows shared sessions, in both its forms. */
export function sharedViewer(): Plugin {
  return {
    name: 'tabwright:shared-viewer',
    apply: 'build',
    async generateBundle() {
      // Once a build, not once for each worker that the app itself has.
      if (this.environment.name !== 'client') return
      const parts = await viewerParts()
      const emit = (path: string, source: string): void => void this.emitFile({ type: 'asset', fileName: path.slice(1), source })
      emit(SHARE_FILES.page, PAGE)
      emit(SHARE_FILES.script, parts.script)
      emit(SHARE_FILES.style, parts.style)
      emit(SHARE_FILES.whole, wholePage(parts))
    },
  }
}
