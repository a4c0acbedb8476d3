/** A certificate that its own key signed (RFC 5280, version 1), so that no test needs openssl and none keeps a key in the repository. */
import { generateKeyPairSync, sign } from 'node:crypto'

const tag = { integer: 0x02, bits: 0x03, oid: 0x06, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 }

function der(type: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([type, ...length]), body])
}

/** Both in PEM. */
export function certificateMade(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const commonName = der(tag.oid, Buffer.from('550403', 'hex'))
  const ecdsaWithSha256 = der(tag.oid, Buffer.from('2a8648ce3d040302', 'hex'))
  const name = der(
    tag.sequence,
    der(tag.set, der(tag.sequence, commonName, der(tag.text, Buffer.from('localhost')))),
  )
  const times = ['200101000000Z', '491231235959Z'].map((each) => der(tag.time, Buffer.from(each)))
  const algorithm = der(tag.sequence, ecdsaWithSha256)
  const toSign = der(
    tag.sequence,
    der(tag.integer, Buffer.from([1])),
    algorithm,
    name,
    der(tag.sequence, ...times),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = der(tag.bits, Buffer.from([0]), sign('sha256', toSign, privateKey))
  const body = der(tag.sequence, toSign, algorithm, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${body.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
