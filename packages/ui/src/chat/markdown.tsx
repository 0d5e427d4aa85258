import { memo, useState, type ReactNode } from 'react'
import { Copy, ExternalLink, ImageOff, WrapText } from 'lucide-react'
import type { MarkedToken, Token, Tokens } from 'marked'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { useCopy } from '../layout/use-copy'
import { isKnown, linkTarget, parseMarkdown, plainText, type ParsedMarkdown } from './parse-markdown'
import styles from './markdown.module.css'

export interface MarkdownProps {
  readonly text: string
  /** Still growing. */
  readonly live?: boolean
}

/** Markdown as React elements: nothing is ever set as HTML, so there is nothing to sanitise. Raw HTML shows as the text it is. */
export function Markdown({ text, live = false }: MarkdownProps): ReactNode {
  const [parsed, setParsed] = useState<ParsedMarkdown>(() => parseMarkdown(text, live))
  const current = parseMarkdown(text, live, parsed)
  if (current !== parsed) setParsed(current)
  return (
    <div className={styles['prose']}>
      {current.blocks.map((block, i) => (
        // A block's place never changes while the text grows. At the end all are made anew, once: only then are
        // references to later definitions known.
        <Block key={live ? `live ${i}` : i} raw={block.raw} token={block.token} />
      ))}
    </div>
  )
}

interface BlockProps {
  readonly raw: string
  readonly token: MarkedToken
}

/** Renders again only when its source changed: a long message costs its last block per update. */
const Block = memo(
  ({ token }: BlockProps): ReactNode => renderBlock(token),
  (before, after) => before.raw === after.raw && before.token.type === after.token.type,
)

function renderAll(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, i) => <Piece key={i} token={token} />)
}

function Piece({ token }: { readonly token: Token }): ReactNode {
  return isKnown(token) ? renderBlock(token) : token.raw
}

function renderBlock(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p>{renderAll(token.tokens)}</p>
    case 'heading':
      return <Heading token={token} />
    case 'code':
      return <CodeBlock code={token.text} language={token.lang?.split(/\s/)[0] ?? ''} />
    case 'list':
      return <List token={token} />
    case 'list_item':
      return <li>{renderAll(token.tokens)}</li>
    case 'blockquote':
      return <blockquote>{renderAll(token.tokens)}</blockquote>
    case 'table':
      return <Table token={token} />
    case 'hr':
      return <hr />
    case 'space':
    case 'def':
      return null
    default:
      return renderSpan(token)
  }
}

type SpanToken = Exclude<
  MarkedToken,
  { readonly type: 'paragraph' | 'heading' | 'code' | 'list' | 'list_item' | 'blockquote' | 'table' | 'hr' | 'space' | 'def' }
>

function renderSpan(token: SpanToken): ReactNode {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? plainText(token.text) : renderAll(token.tokens)
    case 'strong':
      return <strong>{renderAll(token.tokens)}</strong>
    case 'em':
      return <em>{renderAll(token.tokens)}</em>
    case 'del':
      return <del>{renderAll(token.tokens)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} readOnly disabled aria-label={t(token.checked ? 'done' : 'open')} />
    case 'link':
      return <Link href={token.href}>{renderAll(token.tokens)}</Link>
    case 'image':
      return <ImageLink href={token.href} text={token.text} />
    case 'escape':
      return token.text
    case 'html':
      return token.text
  }
}

function Heading({ token }: { readonly token: Tokens.Heading }): ReactNode {
  // The page has its own headings above: a message starts at the third level.
  const level = Math.min(6, token.depth + 2)
  return (
    <div role="heading" aria-level={level} className={styles['heading']} data-depth={token.depth}>
      {renderAll(token.tokens)}
    </div>
  )
}

function List({ token }: { readonly token: Tokens.List }): ReactNode {
  const items = token.items.map((item, i) => (
    <li key={i} data-task={item.task || undefined}>
      {renderAll(item.tokens)}
    </li>
  ))
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>
}

function Table({ token }: { readonly token: Tokens.Table }): ReactNode {
  const cell = (part: Tokens.TableCell, key: number): ReactNode => {
    const style = part.align === null ? undefined : { textAlign: part.align }
    const content = renderAll(part.tokens)
    return part.header ? (
      <th key={key} scope="col" style={style}>
        {content}
      </th>
    ) : (
      <td key={key} style={style}>
        {content}
      </td>
    )
  }
  return (
    <div className={styles['table']} tabIndex={0} role="group" aria-label={t('Table')}>
      <table>
        <thead>
          <tr>{token.header.map(cell)}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, i) => (
            <tr key={i}>{row.map(cell)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Link({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactNode {
  const target = linkTarget(href)
  // Isolated: an override inside must not turn the host that stands behind.
  if (target === undefined)
    return (
      <span title={href}>
        <bdi>{children}</bdi>
      </span>
    )
  return (
    <a href={target.href} target="_blank" rel="noopener noreferrer nofollow" title={target.href}>
      <bdi>{children}</bdi>
      <span className={styles['host']}>
        <ExternalLink size={11} aria-hidden /> {target.host}
      </span>
    </a>
  )
}

/** Never fetched by itself: the request alone would tell a stranger's server what its address says. So all of the address is shown. */
function ImageLink({ href, text }: { readonly href: string; readonly text: string }): ReactNode {
  const target = linkTarget(href)
  const label = text === '' ? t('Image') : <bdi>{t('Image: {text}', { text })}</bdi>
  if (target === undefined) return <span className={styles['image']}>{label}</span>
  return (
    <a
      className={styles['image']}
      href={target.href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      title={t('Opens {address}', { address: target.href })}
    >
      <ImageOff size={13} aria-hidden /> {label} <span className={styles['address']}>{target.href}</span>
    </a>
  )
}

/** Code with its language, Copy and Wrap. */
function CodeBlock({ code, language }: { readonly code: string; readonly language: string }): ReactNode {
  const [wrap, setWrap] = useState(false)
  const copy = useCopy(code)
  return (
    <figure className={styles['code']} data-wrap={wrap || undefined}>
      <figcaption>
        <span>{language === '' ? t('text') : language}</span>
        <IconButton label={t('Wrap lines')} pressed={wrap} onPress={() => setWrap(!wrap)}>
          <WrapText size={14} aria-hidden />
        </IconButton>
        <IconButton label={copy.label} onPress={copy.run}>
          <Copy size={14} aria-hidden />
        </IconButton>
      </figcaption>
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
