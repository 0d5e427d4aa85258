import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'parse5'

/** Every element of a document. */
function* elements(node) {
  if (node.tagName !== undefined) yield node
  for (const child of node.childNodes ?? []) yield* elements(child)
}

const attribute = (element, name) => element.attrs.find((one) => one.name === name)?.value

/** Links of all pages below a folder that lead nowhere, as `page: link`. */
export function brokenLinks(root) {
  const pages = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.html') && !name.includes('node_modules'))
  const broken = []
  for (const page of pages) {
    for (const element of elements(parse(readFileSync(join(root, page), 'utf8')))) {
      const link = attribute(element, 'href') ?? attribute(element, 'src')
      if (link === undefined || /^[a-z]+:/.test(link)) continue
      const [path] = link.split('#')
      if (path !== '' && !existsSync(join(root, dirname(page), path))) broken.push(`${page}: ${link}`)
    }
  }
  return broken
}

if (process.argv[1]?.endsWith('check-links.mjs')) {
  const broken = brokenLinks('.')
  for (const line of broken) console.error(line)
  process.exitCode = broken.length > 0 ? 1 : 0
}
