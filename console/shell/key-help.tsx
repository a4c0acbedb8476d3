import { Modal } from '@mantine/core'
import { useKeysOffered } from '../keys/keys.tsx'

/** The keys that work on this page, right now. */
export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const offered = useKeysOffered()
  const isGo = (keys: string) => keys.startsWith('g ')
  const seen = new Map(offered.map((key) => [key.keys, key]))
  const here = [...seen.values()].filter((key) => !isGo(key.keys))
  const go = [...seen.values()].filter((key) => isGo(key.keys))
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="lg">
      <div className="key-columns">
        {[here, go].map((keys, index) => (
          <dl key={index} className="key-list">
            {keys.map((key) => (
              <div key={key.keys} className="key-line">
                <dt>
                  {key.keys.split(' ').map((part) => (
                    <kbd key={part}>{part.replace('Mod+', 'Ctrl ')}</kbd>
                  ))}
                </dt>
                <dd>{key.does}</dd>
              </div>
            ))}
          </dl>
        ))}
      </div>
    </Modal>
  )
}
