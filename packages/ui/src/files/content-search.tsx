import { CaseSensitive, FolderTree, Regex, TextSearch } from 'lucide-react'
import { type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { plural, t } from '../language'
import { Visible } from '../approvals/exact-request'
import type { OpenRequest } from '../editor/code-editor'
import { IconButton } from '../layout/icon-button'
import { useRowKeys } from '../layout/use-row-keys'
import type { FileSource } from './file-source'
import css from './files.module.css'
import { hitRows, markedText, type HitRow } from './hit-rows'
import { useFileSearch, type FileSearchState } from './use-file-search'

export interface ContentSearchProps {
  readonly source: Pick<FileSource, 'searchFiles'>
  /** It is on show since this was asked, and takes the focus; undefined while it is behind the tree. */
  readonly asked: object | undefined
  /** Shows a file at a line. */
  readonly onOpen: (place: OpenRequest) => void
  /** Back to the tree. */
  readonly onClose: () => void
}

/** Looks through the contents of all files, and leads to each line. */
export function ContentSearch({ source, asked, onOpen, onClose }: ContentSearchProps): JSX.Element {
  const [text, setText] = useState('')
  const [isExact, setExact] = useState(false)
  const [isExpression, setExpression] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  const box = useRef<HTMLDivElement>(null)
  const state = useFileSearch(source, { text, isExpression, isExact })
  const rows = useMemo(() => hitRows(state.found), [state.found])
  const keys = useRowKeys({ rows: rows.length, list, box })
  useEffect(() => {
    if (asked === undefined) return
    input.current?.focus()
    input.current?.select()
  }, [asked])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' && rows.length > 0) keys.enter()
    else if (event.key === 'Escape' && text === '') onClose()
    else if (event.key === 'Escape') setText('')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <div className={css.tools}>
        <label className={css.filter}>
          <TextSearch size={14} aria-hidden="true" />
          <input
            ref={input}
            type="search"
            aria-label={t('Search in files')}
            placeholder={t('Search in files')}
            spellCheck={false}
            className={css.filterInput}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </label>
        <IconButton label={t('Match case')} pressed={isExact} onPress={() => setExact(!isExact)}>
          <CaseSensitive size={16} />
        </IconButton>
        <IconButton label={t('Regular expression')} pressed={isExpression} onPress={() => setExpression(!isExpression)}>
          <Regex size={16} />
        </IconButton>
        <IconButton label={t('Back to the tree')} onPress={onClose}>
          <FolderTree size={16} />
        </IconButton>
      </div>
      <p role={state.problem === undefined ? 'status' : 'alert'} className={css.found}>
        {sentenceOf(text, state)}
      </p>
      {rows.length > 0 && (
        <div ref={box} role="tree" aria-label={t('Lines found')} className={css.hits} onKeyDown={keys.onKeyDown}>
          <Virtualizer ref={list} scrollRef={box} data={rows} keepMounted={[keys.at]} bufferSize={300}>
            {(row, index) => (
              <HitLine
                key={row.type === 'file' ? row.path : `${row.path}:${row.hit.line}`}
                row={row}
                index={index}
                isTabStop={index === keys.at}
                onStand={() => keys.stand(index)}
                onOpen={onOpen}
              />
            )}
          </Virtualizer>
        </div>
      )}
    </>
  )
}

function sentenceOf(text: string, { end, found, problem }: FileSearchState): string {
  if (problem !== undefined) return problem
  if (text === '') return t('Every file but those of dependencies is looked through.')
  if (end === undefined) return found.length === 0 ? t('Looking…') : t('Looking… {files} so far', { files: plural(found.length, 'file') })
  if (end.lines === 0) return t('No file holds “{text}”.', { text })
  const counts = { lines: plural(end.lines, 'line'), files: plural(end.files, 'file') }
  return end.isCut ? t('{lines} in {files}, and there are more: look for less.', counts) : t('{lines} in {files}', counts)
}

interface HitLineProps {
  readonly row: HitRow
  readonly index: number
  readonly isTabStop: boolean
  readonly onStand: () => void
  readonly onOpen: (place: OpenRequest) => void
}

function HitLine({ row, index, isTabStop, onStand, onOpen }: HitLineProps): JSX.Element {
  const line = row.type === 'file' ? row.first : row.hit.line
  const open = (): void => onOpen({ path: row.path, line })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    open()
  }
  const name = row.type === 'file' ? t('{path}, {lines}', { path: row.path, lines: plural(row.lines, 'line') }) : undefined
  return (
    <div
      role="treeitem"
      aria-level={row.type === 'file' ? 1 : 2}
      aria-label={name}
      title={row.type === 'file' ? row.path : undefined}
      className={row.type === 'file' ? css.hitFile : css.hitLine}
      data-row={index}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onStand}
      onClick={open}
      onKeyDown={onKeyDown}
    >
      {row.type === 'file' ? <FileName path={row.path} lines={row.lines} /> : <LineText row={row} />}
    </div>
  )
}

function FileName({ path, lines }: { readonly path: string; readonly lines: number }): JSX.Element {
  const cut = path.lastIndexOf('/') + 1
  return (
    <>
      <bdi className={css.hitName}>
        <Visible text={path.slice(cut)} />
      </bdi>
      <bdi className={css.hitFolder}>
        <Visible text={path.slice(0, cut)} />
      </bdi>
      <span className={css.hitCount}>{lines}</span>
    </>
  )
}

function LineText({ row }: { readonly row: Extract<HitRow, { type: 'line' }> }): JSX.Element {
  const [before, found, behind] = markedText(row.hit)
  return (
    <>
      <span className={css.hitNumber}>{row.hit.line}</span>
      <bdi className={css.hitText}>
        <Visible text={before} />
        {found !== '' && (
          <mark>
            <Visible text={found} />
          </mark>
        )}
        <Visible text={behind} />
      </bdi>
    </>
  )
}
