#!/bin/sh
# certificates.sh DIRECTORY: makes a private CA there, certificates of it for brokers and clients, right and wrong ones,
# and another CA that nobody trusts. Brokers get key and certificate in one file, NAME.pem.
set -eu
cd "$1"
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' >authority.ext

# authority NAME
authority() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
  openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 2 -extfile authority.ext -out "$1.crt"
}

# certificate NAME AUTHORITY SUBJECT_ALTERNATIVE_NAMES [START END]
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
  printf 'subjectAltName=%s\n' "$3" >"$1.ext"
  : >"$1.index"
  printf '[ca]\ndefault_ca=ca\n[ca]\ndatabase=%s.index\nrand_serial=yes\nnew_certs_dir=.\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n' \
    "$1" >"$1.conf"
  openssl ca -batch -config "$1.conf" -cert "$2.crt" -keyfile "$2.key" -in "$1.csr" -out "$1.crt" -notext \
    -extfile "$1.ext" -startdate "${4:-$(date -u -d yesterday +%Y%m%d%H%M%SZ)}" -enddate "${5:-$(date -u -d tomorrow +%Y%m%d%H%M%SZ)}"
  cat "$1.key" "$1.crt" >"$1.pem"
}

authority ca
authority other-ca
certificate server ca DNS:localhost,IP:127.0.0.1
certificate wrong-host ca DNS:kafka.example
certificate expired ca DNS:localhost,IP:127.0.0.1 20200101000000Z 20200102000000Z
certificate client1 ca DNS:client1
certificate stranger other-ca DNS:stranger
