/** The page that a project begins with, and the modules that it asks for. */
export interface EntryPage {
  /** Paths below the root, or texts of inline modules. */
  readonly entries: readonly ({ readonly type: 'file'; readonly path: string } | { readonly type: 'inline'; readonly text: string })[]
  /** Style sheets below the root that the page itself names. */
  readonly styles: readonly string[]
  /** The page with what was built in their place. */
  render(built: {
    readonly scripts: readonly string[]
    readonly styles: readonly string[]
    readonly first?: string
    readonly base?: string
  }): string
}

const MODULE = /<script\b([^>]*\btype\s*=\s*["']?module["']?[^>]*)>([\s\S]*?)<\/script>/gi
const SHEET = /<link\b[^>]*\brel\s*=\s*["']?stylesheet["']?[^>]*>/gi
const COMMENT = /<!--[\s\S]*?-->/g

/** @param isOwn whether an address is a file of the project that is to be bundled */
export function readPage(html: string, env: Readonly<Record<string, string | boolean>>, isOwn: (address: string) => boolean): EntryPage {
  const text = html.replaceAll(/%(\w+)%/g, (whole, name: string) => (Object.hasOwn(env, name) ? String(env[name]) : whole))
  const comments = [...text.matchAll(COMMENT)].map(({ index, 0: whole }) => [index, index + whole.length] as const)
  const isSaid = (at: number): boolean => !comments.some(([from, to]) => from <= at && at < to)
  const cuts: { readonly from: number; readonly to: number }[] = []
  const entries: EntryPage['entries'][number][] = []
  const styles: string[] = []
  for (const { index, 0: whole, 1: attributes = '', 2: inline = '' } of text.matchAll(MODULE)) {
    const src = attribute(attributes, 'src')
    if (!isSaid(index) || (src !== undefined && !isOwn(src))) continue
    if (src === undefined && inline.trim() === '') continue
    entries.push(src === undefined ? { type: 'inline', text: inline } : { type: 'file', path: src })
    cuts.push({ from: index, to: index + whole.length })
  }
  for (const { index, 0: whole } of text.matchAll(SHEET)) {
    const href = attribute(whole, 'href')
    if (!isSaid(index) || href === undefined || !isOwn(href)) continue
    styles.push(href)
    cuts.push({ from: index, to: index + whole.length })
  }
  let rest = text
  for (const { from, to } of cuts.toSorted((a, b) => b.from - a.from)) rest = rest.slice(0, from) + rest.slice(to)
  return {
    entries,
    styles,
    render: (built) => {
      const tags = [
        ...built.styles.map((href) => `<link rel="stylesheet" href="${href}">`),
        ...(built.first === undefined ? [] : [`<script src="${built.first}"></script>`]),
        ...built.scripts.map((src) => `<script type="module" src="${src}"></script>`),
      ].join('\n    ')
      const page = based(rest, built.base ?? '/')
      const at = placeOfTags(page)
      return `${page.slice(0, at)}  ${tags}\n  ${page.slice(at)}`
    },
  }
}

/** At the end of the head; in front of all but the doctype of a page that has none. */
function placeOfTags(page: string): number {
  const shown = page.replaceAll(COMMENT, (whole) => ' '.repeat(whole.length))
  const end = /<\/head\s*>/i.exec(shown)
  if (end !== null) return end.index
  const [behind] = [/<head\b[^>]*>/i, /<html\b[^>]*>/i, /<!doctype[^>]*>/i].flatMap((one) => one.exec(shown) ?? [])
  return behind === undefined ? 0 : shown.indexOf(behind) + behind.length
}

const NAMES = /<(?:link|img|script|source|video|audio|track|image|use|object|embed|input)\b[^>]*>/gi

/** What a page names from its root on is below the base that it will have. */
function based(page: string, base: string): string {
  if (base === '/') return page
  return page.replaceAll(NAMES, (tag) =>
    tag.replaceAll(/\b((?:src|href|poster|data)\s*=\s*["']?)\/(?!\/)([^"'\s>]*)/gi, (whole, before: string, path: string) =>
      `/${path}`.startsWith(base) ? whole : before + base + path,
    ),
  )
}

function attribute(text: string, name: string): string | undefined {
  const [, quoted, single, bare] = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(text) ?? []
  return quoted ?? single ?? bare
}

/** The page that is shown where the project cannot be built; its console says the same. */
export function errorPage(messages: readonly string[]): string {
  const shown = messages.map((one) => `<pre>${one.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>`).join('\n')
  const text = JSON.stringify(messages.join('\n')).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Build failed</title>
    <style>
      :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
      body { margin: 0; padding: 24px; border-top: 4px solid light-dark(#b3261e, #ff8a80) }
      pre { padding: 12px; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; background: light-dark(#f4efec, #262322); white-space: pre-wrap; overflow-wrap: anywhere }
    </style>
  </head>
  <body>
    <main role="alert">
      <h1>This page could not be built</h1>
      ${shown}
      <p>It is built again with the next change of a file.</p>
    </main>
    <script>console.error(${text})</script>
  </body>
</html>
`
}
