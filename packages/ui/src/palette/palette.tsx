import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { t } from '../language'
import { found, type PaletteEntry, type PaletteGroup } from './entries'
import css from './palette.module.css'

export interface PaletteProps {
  /** What is searched, in order. Lines that are not there yet may come while it is open. */
  readonly groups: readonly PaletteGroup[]
  /** In the empty field. */
  readonly placeholder: string
  /** Said where there is nothing to choose and nothing was typed. */
  readonly nothing: string
  readonly onClose: () => void
}

/** Everything that can be done or gone to, by a few letters of its name. */
export function Palette({ groups, placeholder, nothing, onClose }: PaletteProps): ReactNode {
  const [query, setQuery] = useState('')
  const wanted = useDeferredValue(query)
  const shown = useMemo(() => found(groups, wanted), [groups, wanted])
  const pick = (entry: PaletteEntry): void => {
    onClose()
    entry.onPick()
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css['backdrop']} />
        <Dialog.Popup className={css['dialog']} aria-label={t('Command palette')} data-testid="command-palette">
          <Autocomplete.Root
            open
            inline
            mode="none"
            items={shown}
            value={query}
            onValueChange={setQuery}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(entry: PaletteEntry) => entry.label}
          >
            <div className={css['field']}>
              <Search size={16} aria-hidden />
              <Autocomplete.Input className={css['input']} aria-label={t('Search')} placeholder={placeholder} spellCheck={false} />
            </div>
            <Autocomplete.Empty className={css['none']}>
              {shown.length === 0 && (wanted.trim() === '' ? nothing : t('Nothing matches “{query}”.', { query: wanted.trim() }))}
            </Autocomplete.Empty>
            <Autocomplete.List className={css['list']}>
              {(group: PaletteGroup) => (
                <Autocomplete.Group key={group.value} items={group.items} className={css['group']}>
                  <Autocomplete.GroupLabel className={css['kind']}>{group.value}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: PaletteEntry) => <Line key={entry.id} entry={entry} onPick={pick} />}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Line({ entry, onPick }: { readonly entry: PaletteEntry; readonly onPick: (entry: PaletteEntry) => void }): ReactNode {
  return (
    <Autocomplete.Item value={entry} className={css['item']} onClick={() => onPick(entry)}>
      <span className={css['label']}>{entry.label}</span>
      {entry.about !== undefined && <span className={css['about']}>{entry.about}</span>}
      {entry.keys !== undefined && <kbd className={css['keys']}>{entry.keys}</kbd>}
    </Autocomplete.Item>
  )
}
