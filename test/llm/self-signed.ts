import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and a certificate for `localhost` that signs itself (RFC 5280), made anew for each run. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(bytes(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const name = sequence(
    bytes(0x31, sequence(bytes(0x06, Buffer.from('550403', 'hex')), bytes(0x0c, 'localhost'))),
  );
  const subjectAltName = sequence(
    bytes(0x06, Buffer.from('551d11', 'hex')),
    bytes(0x04, sequence(bytes(0x82, 'localhost'))),
  );
  const certificate = sequence(
    bytes(0xa0, bytes(0x02, Buffer.of(2))),
    bytes(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    name,
    sequence(bytes(0x17, '200101000000Z'), bytes(0x17, '491231000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    bytes(0xa3, sequence(subjectAltName)),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', certificate, privateKey)]);
  const der = sequence(certificate, ecdsaWithSha256, bytes(0x03, signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...members: Uint8Array[]): Buffer {
  return bytes(0x30, Buffer.concat(members));
}

/** Tag, length and value in DER. */
function bytes(tag: number, value: Uint8Array | string): Buffer {
  const content = Buffer.from(value);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}
